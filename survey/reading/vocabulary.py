"""What columns, sheets and kinds are called: our questionnaire, Kobo and ODK, NSS; English, Hindi, Nepali.

A name is compared word by word, its last part first where an export writes group/field.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache

from survey.tables import KINDS

OWN_NAMES: Mapping[str, str] = {
    "household_id": "household",
    "cluster": "cluster",
    "weight": "weight",
    "household_size": "size",
    "food_spending_month": "food_spending",
    "total_spending_month": "total_spending",
    "willing_to_pay_year": "willingness_to_pay",
    "interview_date": "survey_date",
    "consent": "consent",
    "person_no": "person",
    "age": "age",
    "sex": "sex",
    "event_kind": "kind",
    "bill": "bill",
    "days_in_hospital": "days",
    "transport_cost": "transport",
    "work_days_lost": "days_lost",
    "still_ongoing": "is_open",
    "event_date": "date",
    "recall_days": "recall",
    "example": "skip",
    "_index": "key",
    "_parent_index": "parent",
    "_parent_table_name": "parent_table",
    "KEY": "key",
    "PARENT_KEY": "parent",
    **{f"recall_{kind}": f"recall.{kind}" for kind in KINDS},
}
"""Names that our instruments and the exports of Kobo and ODK write; they need no guess."""


@lru_cache(maxsize=20_000)
def words_of(name: str) -> tuple[str, ...]:
    """The words of a name, in one case, marks and digits' neighbours apart: "hhSize_2" is hh, size, 2."""
    text = unicodedata.normalize("NFKC", name)
    text = re.sub(r"([a-z])([A-Z])", r"\1 \2", text).casefold()
    # Combining signs belong to their letters: Devanagari words must not be torn.
    kept = "".join(
        character if character.isalnum() or unicodedata.category(character)[0] == "M" else " "
        for character in text
    )
    return tuple(kept.split())


def last_part(name: str) -> str:
    """ "event/costs/bill" is "bill"."""
    return name.rstrip("/").rpartition("/")[2] or name


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


def _phrases(text: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(phrase.split()) for phrase in text.split(",") if phrase.strip())


ROLE_PHRASES: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "household": _phrases(
        "household id,hh id,hhid,household no,household number,hh no,hh number,household,hhno,family id,"
        "family no,"
        "hh code,household code,sample hhd no,sample household no,fsu serial no,second stage stratum no,"
        "hg sb no,परिवार संख्या,परिवार क्रमांक,परिवार आईडी,घर संख्या,परिवार,घरधुरी नम्बर,घरधुरी,घर नं,"
        "household key"
    ),
    "cluster": _phrases(
        "cluster,cluster id,village,village name,village code,psu,fsu,commune,hamlet,ward,ward no,"
        "enumeration area,ea,"
        "fsu no,गाँव,गांव,ग्राम,गाउँ,टोल,वडा,वार्ड,block name"
    ),
    "weight": _phrases(
        "weight,wt,hh weight,sample weight,design weight,sampling weight,multiplier,mlt,mult,भार,तौल"
    ),
    "size": _phrases(
        "household size,hh size,hhsize,family size,size,members,number of members,no of members,number "
        "members,"
        "total members,no of persons,number of persons,persons,परिवार का आकार,सदस्य संख्या,कुल सदस्य,"
        "परिवार सदस्य संख्या,"
        "जम्मा सदस्य"
    ),
    "food_spending": _phrases(
        "food spending,food expenditure,food expense,food exp,food expenses,spending on food,food,भोजन "
        "खर्च,खाने का खर्च,"
        "खाद्य खर्च,खाना खर्च"
    ),
    "total_spending": _phrases(
        "total spending,total expenditure,household expenditure,consumer expenditure,total exp,hh "
        "expenditure,"
        "monthly expenditure,umce,usual monthly consumer expenditure,total household expenditure,कुल "
        "खर्च,जम्मा खर्च"
    ),
    "willingness_to_pay": _phrases(
        "willing to pay,willingness to pay,wtp,max wtp,would pay,भुगतान इच्छा,तिर्न इच्छुक,premium willing"
    ),
    "survey_date": _phrases(
        "interview date,survey date,date of interview,date of survey,today,submission time,visit date,"
        "साक्षात्कार तिथि,सर्वे तारीख,अन्तर्वार्ता मिति"
    ),
    "consent": _phrases("consent,agrees,agreed,agree to take part,सहमति,मन्जुरी"),
    "person": _phrases(
        "person no,person id,person,member id,member no,member number,memberid,pid,individual id,person "
        "serial no,"
        "srl no of member,serial no of member,line no,सदस्य क्रमांक,व्यक्ति,व्यक्ति संख्या,सदस्य नं"
    ),
    "age": _phrases("age,age years,age in years,आयु,उम्र,उमर,उमेर"),
    "sex": _phrases("sex,gender,लिंग,लिङ्ग"),
    "kind": _phrases(
        "event kind,kind,event type,type of event,type of care,care type,type of illness event,type,"
        "service,event,"
        "घटना,प्रकार,देखभाल का प्रकार,किसिम"
    ),
    "bill": _phrases(
        "bill,cost,total cost,amount,expense,expenses,expenditure,total expenditure,medical expenditure,"
        "total bill,"
        "bill amount,amount paid,cost of treatment,treatment cost,total medical expenditure,paid,charges,fee,"
        "doctor fee,medicine cost,cost of medicine,drug cost,test cost,hospital bill,hospital charges,"
        "खर्च,कुल खर्चा,"
        "खर्चा,इलाज खर्च,बिल,लागत,दवा खर्च,उपचार खर्च,रकम"
    ),
    "days": _phrases(
        "days in hospital,days,nights,nights in hospital,length of stay,duration of stay,los,duration,"
        "days stayed,"
        "days admitted,hospital days,no of days,दिन,भर्ती दिन,अस्पताल में दिन,भर्ना दिन"
    ),
    "transport": _phrases(
        "transport cost,transport,travel cost,travel,transport expense,transportation,fare,ambulance,"
        "transport for patient,यात्रा खर्च,परिवहन खर्च,परिवहन,यातायात खर्च,यातायात,गाड़ी भाड़ा"
    ),
    "days_lost": _phrases(
        "work days lost,days lost,days off work,days of work lost,lost days,workdays lost,days missed,"
        "actdays,"
        "days not worked,काम के दिन,काम नहीं किया,छूटे दिन,काम गुमाएको दिन,days restricted"
    ),
    "is_open": _phrases(
        "still ongoing,still in hospital,ongoing,not over,still ill,still admitted,continuing,अभी भी "
        "भर्ती,जारी,अझै भर्ना"
    ),
    "date": _phrases(
        "event date,date of event,date,admission date,date of admission,illness date,start date,तारीख,"
        "दिनांक,तिथि,मिति"
    ),
    "recall": _phrases("recall days,recall,recall period,reference period,स्मरण अवधि"),
    "skip": _phrases("example row,is example,उदाहरण"),
    "key": _phrases("index"),
    "parent": _phrases("parent index,parent key"),
    "parent_table": _phrases("parent table name"),
}

KIND_PHRASES: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "caesarean": _phrases(
        "caesarean,cesarean,caesarian,c section,csection,lscs,cs delivery,caesarean delivery,caesarean "
        "section,सिजेरियन,"
        "ऑपरेशन से प्रसव,शल्यक्रिया प्रसूति,अपरेसन सुत्केरी"
    ),
    "delivery": _phrases(
        "delivery,deliveries,childbirth,birth,births,confinement,normal delivery,maternity,प्रसव,"
        "सामान्य प्रसव,प्रसूति,"
        "सुत्केरी,डिलीवरी,जन्म"
    ),
    "hospital": _phrases(
        "hospital,hospitalisation,hospitalization,hospitalised,hospitalized,hospitalisations,"
        "hospitalizations,"
        "inpatient,in patient,ipd,admission,admissions,admitted,hospital stay,hospital stays,stays,"
        "inpatient cases,अस्पताल,"
        "अस्पताल में भर्ती,भर्ती,भर्ना,अस्पताल भर्ना"
    ),
    "laboratory": _phrases(
        "laboratory,lab,lab test,lab tests,tests,blood test,pathology,diagnostic test,diagnostics,जाँच,"
        "जांच,लैब,"
        "लैब जाँच,प्रयोगशाला,खून जाँच,ल्याब"
    ),
    "imaging": _phrases(
        "imaging,x ray,xray,scan,ultrasound,usg,ct,mri,radiology,x rays,एक्स रे,एक्सरे,अल्ट्रासाउंड,"
        "इमेजिंग,भिडियो एक्सरे"
    ),
    "injury": _phrases("injury,injuries,accident,accidents,trauma,injured,चोट,दुर्घटना,घाइते,चोटपटक"),
    "outpatient": _phrases(
        "outpatient,out patient,opd,op,outpatient visit,consultation,consultations,doctor visit,visits,"
        "visit,illness,"
        "ill,ailment,ailments,spell,spells,sick,sickness,ambulatory,बीमारी,ओपीडी,बाह्य रोगी,बहिरंग,"
        "बिरामी,बहिरङ्ग,डॉक्टर"
    ),
}
"""In the order in which they are looked for: a caesarean delivery is no plain one."""

QUANTITY_PHRASES: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "recall": _phrases("recall"),
    "days_lost": _phrases("days lost,work days lost,days off,lost days,काम"),
    "transport": ROLE_PHRASES["transport"],
    "bill": _phrases(
        "cost,costs,bill,bills,expense,expenses,expenditure,exp,spending,spent,amount,paid,rs,खर्च,"
        "खर्चा,बिल,रकम"
    ),
    "days": _phrases("days,nights,los,दिन"),
    "count": _phrases(
        "count,counts,number,no,num,n,times,visits,visit,episodes,episode,stays,stay,events,cases,"
        "admissions,how many,संख्या,"
        "बार,पटक,had,any"
    ),
}

HOLDS_PHRASES: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "nothing": _phrases("notes,note,read me,readme,instructions,choices,settings,cover,about,lists,help"),
    "recall": _phrases("recall,recall periods"),
    "persons": _phrases(
        "members,member,roster,persons,person,individuals,people,block 4,03,सदस्य,व्यक्ति,level 03,"
        "household members"
    ),
    "events": _phrases(
        "events,event,illnesses,illness,spells,stays,hospital,inpatient,outpatient,opd,claims,"
        "hospitalisation,"
        "hospitalization,deliveries,05,08,block 6,block 8,level 05,level 08,घटनाएँ,घटना,बीमारी,भर्ती"
    ),
    "households": _phrases(
        "households,household,hh,families,main,block 3,02,level 02,परिवार,घरधुरी,cbhi household survey"
    ),
}

SEX_WORDS: Mapping[str, str] = {
    **dict.fromkeys(_set("f female woman women girl fem 2 महिला स्त्री औरत लड़की केटी बालिका"), "f"),
    **dict.fromkeys(_set("m male man men boy 1 पुरुष आदमी लड़का केटा बालक"), "m"),
    **dict.fromkeys(("", "o", "other", "third", "3", "अन्य", "तेस्रो", "transgender", "third gender"), ""),
}

TOTAL_WORDS = frozenset(
    {
        "total",
        "totals",
        "grand total",
        "sub total",
        "subtotal",
        "sum",
        "average",
        "mean",
        "कुल",
        "योग",
        "कुल योग",
        "जम्मा",
        "औसत",
        "total:",
        "sum total",
    }
)

DAYS_IN_NAME = re.compile(
    r"(?<!\d)(7|14|15|28|30|60|90|180|365)\s*_?\s*d(?:ays?)?\b|(?<!\d)(1|3|6|12)\s*_?\s*m(?:onths?)?\b"
)
_RECALL_PART = re.compile(
    r"\b(?:in |over |during )?(?:the )?(?:last |past |previous )?\d+ ?(?:days?|d|months?|m|years?|y)\b"
    r"|\b(?:last|past) year\b"
)
LEGACY_WORDS = _set(
    'gS gSa esa vkSj ugha uke uEcj xzke xkao ftyk fyax mez vk;q iq#"k L=h ifjokj lnL; chekjh vLirky nok '
    "[kpZ fnu rkjh[k ?kj eqf[k;k dqy jke ds dk dh ls dks ij"
)
"""Everyday Hindi words as they look when typed in Kruti Dev."""


def phrase_fit(words: tuple[str, ...], phrases: Iterable[tuple[str, ...]]) -> float:
    """How well a name fits: 1 when it is one of the phrases, less when it holds one among other words, 0."""
    best = 0.0
    for phrase in phrases:
        if words == phrase:
            return 1.0
        length = len(phrase)
        if length < len(words) and any(
            words[start : start + length] == phrase for start in range(len(words) - length + 1)
        ):
            best = max(best, 0.5 + 0.4 * length / len(words))
    return best


def kind_in(name: str) -> str:
    """The kind of event a name or a value tells of; "" when none."""
    words = words_of(name)
    best, best_fit = "", 0.0
    for kind, phrases in KIND_PHRASES.items():
        fit = phrase_fit(words, phrases)
        if fit > best_fit:
            best, best_fit = kind, fit
    return best


def without_recall(words: tuple[str, ...]) -> tuple[str, ...]:
    """A name without what it says of its recall period: "opd visits last 15 days" is "opd visits"."""
    return tuple(_RECALL_PART.sub(" ", " ".join(words)).split())


def days_in_name(name: str) -> float | None:
    """The recall period a name tells, in days: "opd_last_15_days", "hosp_12m"."""
    text = " ".join(words_of(name))
    found = DAYS_IN_NAME.search(text)
    if not found:
        return None
    if found.group(1):
        return float(found.group(1))
    return {1: 30.0, 3: 91.0, 6: 182.0, 12: 365.0}[int(found.group(2))]


def looks_legacy(texts: Iterable[str]) -> bool:
    """Whether texts read like Hindi typed in Kruti Dev and its kin: at least three of its everyday words."""
    found = {word for text in texts if text.isascii() for word in text.split()} & LEGACY_WORDS
    telling = {word for word in found if len(word) > 2 or word == "gS"}
    return len(found) >= 3 and len(telling) >= 2

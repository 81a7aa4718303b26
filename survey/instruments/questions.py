"""The questions of the phone questionnaire in English, Hindi and Nepali.

Short, spoken sentences; every one can be read out. The Hindi and Nepali want a native speaker's review in the
field before a survey: see `REVIEW_NOTE`, which the form carries.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Words(NamedTuple):
    """One text in the form's three languages."""

    en: str
    hi: str
    ne: str


LANGUAGES: Mapping[str, str] = {"en": "English (en)", "hi": "Hindi (hi)", "ne": "Nepali (ne)"}
REVIEW_NOTE = Words(
    "The Hindi and Nepali questions have not been reviewed by native speakers yet. Try them in the "
    "field first.",
    "हिन्दी और नेपाली प्रश्नों की जाँच अभी मातृभाषी लोगों ने नहीं की है। पहले क्षेत्र में आज़माएँ।",
    "हिन्दी र नेपाली प्रश्नहरू मातृभाषीहरूले अझै जाँचेका छैनन्। पहिले क्षेत्रमा प्रयोग गरी हेर्नुहोस्।",
)

LABELS: Mapping[str, Words] = {
    "introduction": Words(
        "We ask about illness and its costs, to work out what a health insurance run by the "
        "community would cost. "
        "We write down no names and no phone numbers. You may say no, and you may stop at any time.",
        "हम बीमारी और उसके खर्च के बारे में पूछते हैं, ताकि पता चले कि समुदाय का अपना स्वास्थ्य "
        "बीमा कितने का होगा। "
        "हम कोई नाम या फ़ोन नंबर नहीं लिखते। आप मना कर सकते हैं और कभी भी रुक सकते हैं।",
        "समुदाय आफैँले चलाउने स्वास्थ्य बीमा कतिको पर्छ भनी जान्न हामी बिरामी र त्यसको खर्चबारे सोध्छौँ। "
        "हामी कसैको नाम वा फोन नम्बर लेख्दैनौँ। तपाईं नाइँ भन्न सक्नुहुन्छ र जुनसुकै बेला रोक्न "
        "सक्नुहुन्छ।",
    ),
    "consent": Words(
        "Do you agree to take part?", "क्या आप भाग लेने के लिए सहमत हैं?", "के तपाईं भाग लिन सहमत हुनुहुन्छ?"
    ),
    "household": Words("Household", "परिवार", "परिवार"),
    "household_id": Words("Household number", "परिवार संख्या", "घरधुरी नम्बर"),
    "cluster": Words("Village", "गाँव", "गाउँ"),
    "weight": Words("Weight", "भार", "भार"),
    "household_size": Words(
        "Number of members living in the household",
        "परिवार में कितने सदस्य रहते हैं?",
        "परिवारमा कति जना सदस्य बस्नुहुन्छ?",
    ),
    "members": Words("Members", "सदस्य", "सदस्य"),
    "age": Words("Age in completed years", "उम्र (पूरे वर्षों में)", "उमेर (पूरा वर्षमा)"),
    "sex": Words("Sex", "लिंग", "लिङ्ग"),
    "events": Words("Events", "घटनाएँ", "घटनाहरू"),
    "events_note": Words(
        "Add one entry for each visit, test, injury or delivery. Visits, tests and injuries: only "
        "of the last "
        "${recall_short_days} days. Hospital stays and deliveries: of the last ${recall_long_days} days.",
        "हर इलाज, जाँच, चोट या प्रसव के लिए एक प्रविष्टि जोड़ें। इलाज, जाँच और चोट: केवल पिछले "
        "${recall_short_days} "
        "दिनों के। अस्पताल में भर्ती और प्रसव: पिछले ${recall_long_days} दिनों के।",
        "हरेक उपचार, जाँच, चोट वा प्रसूतिका लागि एउटा विवरण थप्नुहोस्। उपचार, जाँच र चोट: पछिल्लो "
        "${recall_short_days} "
        "दिनको मात्र। अस्पताल भर्ना र प्रसूति: पछिल्लो ${recall_long_days} दिनको।",
    ),
    "event_kind": Words("What was it?", "क्या हुआ था?", "के भएको थियो?"),
    "event_person": Words(
        "Member number (in the list above)",
        "कौन-सा सदस्य? (सूची में क्रमांक)",
        "कुन सदस्य? (सूचीको नम्बर)",
    ),
    "event_date": Words("On which day did it begin?", "यह किस दिन शुरू हुआ?", "यो कुन दिन सुरु भयो?"),
    "bill": Words("Total cost of the care", "इलाज पर कुल कितना खर्च हुआ?", "उपचारमा जम्मा कति खर्च भयो?"),
    "days_in_hospital": Words("Nights in hospital", "अस्पताल में कितनी रातें रहे?", "अस्पतालमा कति रात बस्नुभयो?"),
    "transport_cost": Words("Transport cost, there and back", "आने-जाने का कुल खर्च", "आउने-जाने जम्मा खर्च"),
    "work_days_lost": Words(
        "Days of work lost by the ill person",
        "बीमार व्यक्ति के काम के कितने दिन छूटे?",
        "बिरामीको कामका कति दिन छुटे?",
    ),
    "still_ongoing": Words(
        "Is it still going on (still in hospital or in treatment)?",
        "क्या यह अभी भी चल रहा है (अभी भी भर्ती या इलाज में)?",
        "के यो अझै चलिरहेको छ (अझै भर्ना वा उपचारमा)?",
    ),
    "spending": Words("Spending", "खर्च", "खर्च"),
    "food_spending_month": Words(
        "Food spending of the household in a month",
        "परिवार एक महीने में भोजन पर कितना खर्च करता है?",
        "परिवारले एक महिनामा खानामा कति खर्च गर्छ?",
    ),
    "total_spending_month": Words(
        "Total spending of the household in a month",
        "परिवार एक महीने में कुल कितना खर्च करता है?",
        "परिवारले एक महिनामा जम्मा कति खर्च गर्छ?",
    ),
    "willingness": Words("Willing to pay", "भुगतान की इच्छा", "तिर्ने इच्छा"),
    "willingness_note": Words(
        "Suppose the community had its own health insurance. It would pay a part of hospital bills "
        "up to a limit. "
        "Everybody in the household would be insured.",
        "मान लीजिए समुदाय का अपना स्वास्थ्य बीमा हो। वह अस्पताल के बिल का एक हिस्सा, एक सीमा तक, देगा। "
        "परिवार के सभी लोग बीमित होंगे।",
        "मानौँ, समुदायको आफ्नै स्वास्थ्य बीमा छ। त्यसले अस्पतालको बिलको एक भाग, एउटा सीमासम्म, तिर्छ। "
        "परिवारका सबै जना बीमित हुनेछन्।",
    ),
    "bid": Words(
        "Would the household join for ${bid_amount_%d} per person a year?",
        "क्या परिवार प्रति व्यक्ति प्रति वर्ष ${bid_amount_%d} देकर जुड़ेगा?",
        "के परिवार प्रति व्यक्ति प्रति वर्ष ${bid_amount_%d} तिरेर सहभागी हुन्छ?",
    ),
    "bid_open": Words(
        "What is the most the household would pay per person a year? (0 for nothing)",
        "परिवार प्रति व्यक्ति प्रति वर्ष अधिक से अधिक कितना देगा? (कुछ नहीं तो 0)",
        "परिवारले प्रति व्यक्ति प्रति वर्ष बढीमा कति तिर्छ? (केही नभए 0)",
    ),
    "thanks": Words("Thank you.", "धन्यवाद।", "धन्यवाद।"),
}

HINTS: Mapping[str, Words] = {
    "household_id": Words(
        "The number on your list. Not a name, phone or Aadhaar number.",
        "आपकी सूची का क्रमांक। नाम, फ़ोन या आधार नंबर नहीं।",
        "तपाईंको सूचीको नम्बर। नाम, फोन वा नागरिकता नम्बर होइन।",
    ),
    "weight": Words(
        "Leave 1 unless the survey's leader gave another number.",
        "1 रहने दें, जब तक सर्वेक्षण प्रमुख ने दूसरी संख्या न दी हो।",
        "सर्वेक्षण प्रमुखले अर्को सङ्ख्या नदिएसम्म 1 नै राख्नुहोस्।",
    ),
    "household_size": Words(
        "All who eat from one kitchen and have lived here for six months, babies too.",
        "जो एक ही रसोई से खाते हैं और छह महीने से यहाँ रहते हैं, शिशु भी।",
        "एउटै भान्छाबाट खाने र छ महिनादेखि यहाँ बस्ने सबै, शिशु पनि।",
    ),
    "age": Words("0 for babies below one year.", "एक वर्ष से छोटे शिशु के लिए 0।", "एक वर्षमुनिको शिशुका लागि 0।"),
    "event_kind": Words(
        "A visit with two tests is three entries: the visit, and each test.",
        "दो जाँचों वाला एक इलाज तीन प्रविष्टियाँ हैं: इलाज और हर जाँच।",
        "दुई जाँच भएको एक उपचार तीन विवरण हुन्: उपचार र हरेक जाँच।",
    ),
    "bill": Words(
        "All that was paid for it, medicine too, transport not. 0 when it was free. Leave empty "
        "when not known.",
        "उस पर दिया गया सब कुछ, दवा भी, यात्रा नहीं। मुफ़्त था तो 0। पता न हो तो खाली छोड़ें।",
        "त्यसमा तिरेको सबै, औषधि पनि, यातायात होइन। निःशुल्क भए 0। थाहा नभए खाली छोड्नुहोस्।",
    ),
    "transport_cost": Words("0 when nothing was paid.", "कुछ नहीं दिया तो 0।", "केही नतिरेको भए 0।"),
    "total_spending_month": Words(
        "Food, rent, school, health, clothes, everything.",
        "भोजन, किराया, स्कूल, स्वास्थ्य, कपड़े, सब कुछ।",
        "खाना, भाडा, विद्यालय, स्वास्थ्य, लुगा, सबै।",
    ),
}

CONSTRAINTS: Mapping[str, Words] = {
    "household_id": Words(
        "At most nine digits in a row: no phone and no Aadhaar numbers.",
        "लगातार अधिक से अधिक नौ अंक: फ़ोन या आधार नंबर नहीं।",
        "लगातार बढीमा नौ अङ्क: फोन वा नागरिकता नम्बर होइन।",
    ),
    "weight": Words("A number above 0.", "0 से बड़ी संख्या।", "0 भन्दा ठूलो सङ्ख्या।"),
    "household_size": Words("1 to 60 persons.", "1 से 60 व्यक्ति।", "1 देखि 60 जना।"),
    "age": Words("0 to 120 years.", "0 से 120 वर्ष।", "0 देखि 120 वर्ष।"),
    "event_person": Words("A number from the list of members.", "सदस्यों की सूची का क्रमांक।", "सदस्य सूचीको नम्बर।"),
    "event_date": Words(
        "Not after today, and within the days that are asked about.",
        "आज के बाद नहीं, और पूछे गए दिनों के भीतर।",
        "आजपछिको होइन, र सोधिएका दिनभित्रको।",
    ),
    "money": Words(
        "0 or more, at most 1,00,00,000.", "0 या अधिक, अधिकतम 1,00,00,000।", "0 वा बढी, बढीमा 1,00,00,000।"
    ),
    "days": Words("0 to 365 days.", "0 से 365 दिन।", "0 देखि 365 दिन।"),
    "total_spending_month": Words(
        "At least as much as the spending on food.", "कम से कम भोजन के खर्च जितना।", "कम्तीमा खानाको खर्च जति।"
    ),
}

CHOICES: Mapping[str, Mapping[str, Words]] = {
    "yes_no": {"yes": Words("Yes", "हाँ", "हो"), "no": Words("No", "नहीं", "होइन")},
    "sexes": {
        "female": Words("Female", "महिला", "महिला"),
        "male": Words("Male", "पुरुष", "पुरुष"),
        "other": Words("Other", "अन्य", "अन्य"),
    },
    "kinds": {
        "outpatient": Words(
            "Outpatient visit (no night in hospital)", "डॉक्टर को दिखाया (भर्ती नहीं)", "बहिरङ्ग उपचार (भर्ना नभई)"
        ),
        "laboratory": Words("Laboratory test", "लैब जाँच", "प्रयोगशाला जाँच"),
        "imaging": Words(
            "Imaging (X-ray, ultrasound, scan)", "एक्स रे, अल्ट्रासाउंड, स्कैन", "एक्स रे, भिडियो एक्सरे, स्क्यान"
        ),
        "injury": Words("Injury or accident", "चोट या दुर्घटना", "चोट वा दुर्घटना"),
        "hospital": Words(
            "Hospital stay (one night or more)",
            "अस्पताल में भर्ती (एक रात या अधिक)",
            "अस्पताल भर्ना (एक रात वा बढी)",
        ),
        "delivery": Words("Delivery without operation", "सामान्य प्रसव", "सामान्य प्रसूति"),
        "caesarean": Words("Caesarean delivery", "ऑपरेशन से प्रसव", "शल्यक्रिया प्रसूति"),
    },
}

/* Numbers as people write them, in and out: the same rules, case by case, as schemes/numbers.py. */
'use strict';
(() => {
  const NO_BREAK = '\u00a0';
  const MINUS = '\u2212';
  const MOST_CHARACTERS = 100;
  const MOST_DIGITS = 15;
  const SPACES = /[\t-\r\x1c- \x85\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/g;
  const CURRENCY = /₹|रुपय[ेा]|रुपए|रुपैयाँ?|ଟଙ୍କା|रु\.?|रू\.?|৳|₨|\$|€|£|₦|₵|\/-|\/=|(?<![a-z])(?:rs|re|inr|npr|nrs|lkr|pkr|bdt|tk|taka|kes|ksh|tzs|tsh|ugx|ush|cdf|fc|xof|xaf|cfa|fcfa|usd|us|ghs|ngn|etb|rwf|mwk|zmw|php|khr|rupees?|shillings?|francs?)(?![a-z])\.?/giu;
  const PERCENT = /%|(?<![\p{L}\p{N}_])per ?cent(?![\p{L}\p{N}_])/giu;
  const NOT_FINITE = /^[+-]?(?:nan|inf|infinity|∞)$/iu;
  const IN_HUNDREDS = /^(.+?) *(?:in|per|of|\/) *(1[, ]?0{2,3}|1,?00,?000)$/u;
  const SHAPES = /^(?:\d+|\d{1,3}([, ])\d{3}(?:\1\d{3})*|\d{1,2}([, ])(?:\d{2}\2)*\d{3})?(?:\.\d*)?$/;
  const FIRST_DIGIT = { hi: 0x966, ne: 0x966, or: 0xb66 };

  class Refused extends Error {
    constructor(code) { super(code); this.code = code; }
  }

  /* ---- in ---- */
  /* Digits of every script stand in tens: how far one is from the first of its ten is its value. */
  const digit = (character) => {
    const at = character.codePointAt(0);
    let first = at;
    while (at - first < 9 && /\p{Nd}/u.test(String.fromCodePoint(first - 1))) first -= 1;
    return String(at - first);
  };
  const plain = (typed) => {
    if ([...typed].length > MOST_CHARACTERS) throw new Refused('too_long');
    return typed.normalize('NFKC').replace(/\p{Nd}/gu, digit).replace(/[−–—‐‑]/g, '-').replace(/\p{Cf}/gu, '')
      .replace(SPACES, ' ').replace(/^ | $/g, '');
  };
  const has = (pattern, text) => text.search(pattern) !== -1;

  /* The digits of an amount without a sign, as JavaScript reads them exactly. */
  const unsigned = (body) => {
    if (/[^\d,. ]/.test(body) || !/\d/.test(body)) throw new Refused('text');
    if (body.split('.').length > 2 || (body.includes('.') && body.indexOf('.') < body.lastIndexOf(','))) throw new Refused('ambiguous');
    if (!SHAPES.test(body)) throw new Refused('grouping');
    const digits = body.replace(/[, ]/g, '');
    if (digits.replace('.', '').replace(/^0+/, '').length > MOST_DIGITS) throw new Refused('too_long');
    return digits;
  };
  const number = (typed, { negative = false, power = 0 } = {}) => {
    const text = plain(typed);
    if (!text) throw new Refused('empty');
    if (NOT_FINITE.test(text)) throw new Refused('not_finite');
    if (has(PERCENT, text)) throw new Refused('percent');
    const body = /^[+-]{2}/.test(text) ? text : text.replace(/^[+-]/, '');
    const value = Number(`${unsigned(body.trim())}e${power}`);
    if (!text.startsWith('-') || !value) return value;
    if (!negative) throw new Refused('negative');
    return -value;
  };
  /* The number beside a unit that may be written once before or after it (Rs. 3000/- has two of them). */
  const without = (unit, typed, options) => {
    const text = plain(typed);
    const bare = (text.match(unit) || []).length <= 2 ? text.replace(unit, ' ') : text;
    if (text && !bare.trim()) throw new Refused('text');
    if (/\d/.test(text) && text.replace(unit, '|').match(/\d[\d,. ]*/g).length > 1) throw new Refused('text');
    return number(bare.trim().replace(/^([+-]) +/, '$1'), options);
  };
  const share = (typed) => {
    const value = without(PERCENT, typed, { power: -2 });
    if (value > 1) throw new Refused('too_high');
    return value;
  };
  const incidence = (typed) => {
    const text = plain(typed);
    const found = IN_HUNDREDS.exec(text);
    if (found) return number(found[1]) / number(found[2]);
    return has(PERCENT, text) ? without(PERCENT, typed, { power: -2 }) : number(typed);
  };
  const READERS = { number, money: (typed, options) => without(CURRENCY, typed, options), share, incidence };

  /* What was typed: { value }, or { refused } with the code of the message that schemes/numbers.py has for it. */
  const parse = (typed, kind = 'number', options = {}) => {
    try {
      return { value: READERS[kind](typed, options) };
    } catch (problem) {
      if (problem instanceof Refused) return { refused: problem.code };
      throw problem;
    }
  };
  /* The number typed; null where nothing is, NaN where it is none. */
  const read = (typed, kind = 'number', options = {}) => {
    const found = parse(typed, kind, options);
    if (found.refused === 'empty') return null;
    return found.refused ? NaN : found.value;
  };

  /* ---- out ---- */
  /* A number as it prints, as whole units of 10 to the power of minus `places`: { units, places }. */
  const printed = (value) => {
    const [digits, power = '0'] = String(Math.abs(value)).split('e');
    const [whole, part = ''] = digits.split('.');
    const places = part.length - Number(power);
    return places < 0 ? { units: BigInt(whole + part) * 10n ** BigInt(-places), places: 0 } : { units: BigInt(whole + part), places };
  };
  /* Rounded half up as it prints: 2.675 is 2.68. */
  const rounded = ({ units, places }, wanted) => {
    if (places <= wanted) return units * 10n ** BigInt(wanted - places);
    const step = 10n ** BigInt(places - wanted);
    return (2n * units + step) / (2n * step);
  };
  const grouped = (units, places, { below, grouping = 'indian' }) => {
    const digits = String(units).padStart(places + 1, '0');
    const whole = digits.slice(0, digits.length - places);
    const part = places ? `.${digits.slice(-places)}` : '';
    const rest = whole.slice(0, -3).replace(grouping === 'indian' ? /\B(?=(?:\d{2})+$)/g : /\B(?=(?:\d{3})+$)/g, ',');
    return `${below && units ? MINUS : ''}${rest ? `${rest},` : ''}${whole.slice(-3)}${part}`;
  };
  const bare = (units, places) => {
    let [left, shorter] = [units, places];
    while (shorter && left % 10n === 0n) { left /= 10n; shorter -= 1; }
    return [left, shorter];
  };

  /* The text in the digits of a language that has its own. */
  const own = (text, language) => (FIRST_DIGIT[language] ? text.replace(/\d/g, (one) => String.fromCodePoint(FIRST_DIGIT[language] + Number(one))) : text);
  /* Who chose the digits of their language reads what a script writes in them too. */
  const pageDigits = () => {
    const root = globalThis.document && document.documentElement;
    return root && root.dataset.ownDigits !== undefined ? root.lang : '';
  };

  const write = (value, { places = 0, grouping, digits = pageDigits() } = {}) => own(grouped(rounded(printed(value), places), places, { below: value < 0, grouping }), digits);
  const exact = (value, { grouping } = {}) => {
    const { units, places } = printed(value);
    return grouped(...bare(units, places), { below: value < 0, grouping });
  };
  const money = (value, { sign = '₹', digits = pageDigits(), ...how } = {}) => {
    const amount = write(value, { ...how, digits });
    return amount.startsWith(MINUS) ? `${MINUS}${sign}${NO_BREAK}${amount.slice(1)}` : `${sign}${NO_BREAK}${amount}`;
  };
  const percent = (value, { places = 2, digits = pageDigits() } = {}) => {
    const found = printed(value);
    const hundredfold = found.places >= 2 ? { units: found.units, places: found.places - 2 } : { units: found.units * 10n ** BigInt(2 - found.places), places: 0 };
    return own(`${grouped(...bare(rounded(hundredfold, places), places), { below: value < 0, grouping: 'international' })}${NO_BREAK}%`, digits);
  };

  globalThis.cbhi = Object.assign(globalThis.cbhi || {}, { numbers: { parse, read, write, exact, money, percent, own } });
})();

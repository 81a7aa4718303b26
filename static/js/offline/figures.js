/* Numbers as people write them, in and out, the way schemes/numbers.py reads and writes them. */
'use strict';
(() => {
  const NO_BREAK = '\u00a0';
  const MINUS = '\u2212';
  const CURRENCY = /₹|रु\.?|रू\.?|৳|₨|\$|€|£|₦|₵|\/-|\/=|(?<![a-z])(?:rs|re|inr|npr|nrs|lkr|pkr|bdt|tk|taka|kes|ksh|tzs|tsh|ugx|ush|cdf|fc|xof|xaf|cfa|fcfa|usd|us|ghs|ngn|etb|rwf|mwk|zmw|php|khr|rupees?|shillings?|francs?)(?![a-z])\.?/giu;
  const SHAPES = /^(?:\d+|\d{1,3}([, ])\d{3}(?:\1\d{3})*|\d{1,2}([, ])(?:\d{2}\2)*\d{3})?(?:\.\d*)?$/;

  /* Digits of every script stand in tens: how far one is from the first of its ten is its value. */
  const digit = (character) => {
    const at = character.codePointAt(0);
    let first = at;
    while (at - first < 9 && /\p{Nd}/u.test(String.fromCodePoint(first - 1))) first -= 1;
    return String(at - first);
  };
  const plain = (text) => text.normalize('NFKC').replace(/\p{Nd}/gu, digit).replace(/[\u00a0\s]+/g, ' ').replace(/\p{Cf}/gu, '').trim();

  /* The number typed; null where nothing is, NaN where it is no number of 0 or more. */
  const read = (typed, { percent = false, money = false } = {}) => {
    let text = plain(typed);
    if (!text) return null;
    if (percent) text = text.replace(/%|\bper ?cent\b/i, '').trim();
    if (money) text = text.replace(CURRENCY, ' ').trim();
    text = text.replace(/^\+/, '');
    if (!/\d/.test(text) || !SHAPES.test(text)) return NaN;
    const value = Number(text.replace(/[, ]/g, ''));
    return percent ? value / 100 : value;
  };

  /* Rounded half up as it prints: 2.675 is 2.68. */
  const rounded = (value, places) => {
    const [digits, power = '0'] = String(Math.abs(value)).split('e');
    return Number(`${Math.round(Number(`${digits}e${+power + places}`))}e${-places}`);
  };
  const write = (value, { places = 0, grouping = 'indian' } = {}) => {
    const number = rounded(value, places);
    const [whole, part] = number.toFixed(places).split('.');
    const rest = whole.slice(0, -3);
    const grouped = rest ? `${rest.replace(grouping === 'indian' ? /\B(?=(\d{2})+$)/g : /\B(?=(\d{3})+$)/g, ',')},${whole.slice(-3)}` : whole;
    return `${value < 0 && number ? MINUS : ''}${grouped}${part ? `.${part}` : ''}`;
  };
  const share = (value, places = 2) => `${String(rounded(100 * value, places))}${NO_BREAK}%`;

  globalThis.cbhi = Object.assign(globalThis.cbhi || {}, { figures: { read, write, share } });
})();

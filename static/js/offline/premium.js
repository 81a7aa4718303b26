/* The arithmetic of a premium from a pack of tables: the same lines as calculator/premium.py, without a network.
   No page, no storage: what goes in is a pack (offline/pack.py) and a choice, what comes out are lines, unrounded. */
'use strict';
(() => {
  const LARGE_FROM = 4;
  /* What offline/pack.py writes; a page kept from an older release prices no newer pack. */
  const FORMAT = 1;
  const near = (a, b) => a === b || (Number.isFinite(a) && Number.isFinite(b) && Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(b)));

  /* ---- the tables: differences along every axis, added up again ---- */
  const summed = (differences, shape) => {
    const found = Float64Array.from(differences);
    let step = 1;
    for (let axis = shape.length - 1; axis >= 0; axis -= 1) {
      const block = step * shape[axis];
      for (let at = 0; at < found.length; at += 1) if (at % block >= step) found[at] += found[at - step];
      step = block;
    }
    return found;
  };
  const opened = (pack) => ({
    ...pack,
    benefits: pack.benefits.map((one) => {
      const axes = one.axes.map((axis) => axis.map((value) => (value === null ? Infinity : value)));
      const shape = axes.map((axis) => axis.length);
      return {
        ...one,
        axes,
        shape,
        holes: new Set(one.holes),
        mean: summed(one.mean, shape),
        spread: summed(one.spread, shape),
        shared: one.shared.map((column) => summed(column, shape)),
      };
    }),
  });

  /* ---- one benefit at its terms: a place of its menu, or between two in each column ---- */
  const placesIn = (axis, value, mayLieBetween) => {
    const at = axis.findIndex((each) => near(each, value));
    if (at >= 0) return [[at, 1]];
    const above = axis.findIndex((each) => each > value);
    if (!mayLieBetween || above < 1) return null;
    if (axis[above] === Infinity) return null;
    const share = (value - axis[above - 1]) / (axis[above] - axis[above - 1]);
    return [[above - 1, 1 - share], [above, share]];
  };
  const figuresAt = (benefit, values, pack) => {
    const columns = benefit.axes.map((axis, column) =>
      placesIn(axis, values[column], !(benefit.kind === 'wage' && column < 2)));
    const off = columns.findIndex((found) => found === null);
    if (off >= 0) return { off };
    let corners = [[0, 1]];
    columns.forEach((found, column) => {
      corners = corners.flatMap(([at, weight]) =>
        found.map(([place, share]) => [at * benefit.shape[column] + place, weight * share]));
    });
    if (corners.some(([at]) => benefit.holes.has(at))) return { off: 2 };
    const mixed = (of) => corners.reduce((sum, [at, weight]) => sum + weight * of(at), 0);
    return {
      about: corners.length > 1,
      pure: mixed((at) => benefit.mean[at] * pack.mean_step),
      /* The spread and not its square: amounts twice as large spread twice as much. */
      variance: mixed((at) => benefit.spread[at] * pack.spread_step) ** 2,
      shared: benefit.shared.map((column) => mixed((at) => column[at] * pack.spread_step)),
    };
  };

  /* ---- z: the chance of a standard normal being above it, and back ---- */
  const density = (z) => Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI);
  const chanceAbove = (z) => {
    if (z < 3) {
      let term = z;
      let sum = z;
      for (let odd = 3; Math.abs(term) > 1e-18 * Math.abs(sum); odd += 2) { term *= (z * z) / odd; sum += term; }
      return 0.5 - density(z) * sum;
    }
    let fraction = z;
    for (let n = 120; n > 0; n -= 1) fraction = z + n / fraction;
    return density(z) / fraction;
  };
  const quantile = (chance) => {
    if (chance === 0.5) return 0;
    let z = Math.sqrt(-2 * Math.log(chance)) / 1.5;
    for (let turn = 0; turn < 60; turn += 1) {
      const above = chanceAbove(z);
      const step = (Math.log(above / chance) * above) / density(z);
      z += step;
      if (Math.abs(step) < 1e-15 * Math.max(1, Math.abs(z))) break;
    }
    return z;
  };

  /* ---- the whole premium ----
     choice: {persons, chance, admin, discount, share (null: from the family sizes), basis, terms: {key: {covered, values}}}
     Off its menus a benefit has no price: `refused` says which column, and there is no premium. */
  const price = (pack, choice) => {
    const refused = [];
    const lines = pack.benefits.map((benefit) => {
      const terms = choice.terms[benefit.key];
      const nothing = { key: benefit.key, group: benefit.group, pure: 0, variance: 0, shared: [], about: false };
      if (!terms || !terms.covered) return nothing;
      const found = figuresAt(benefit, terms.values, pack);
      if ('off' in found) { refused.push({ key: benefit.key, column: found.off }); return nothing; }
      return { ...nothing, ...found };
    });
    let apart = 0;
    let together = 0;
    let pure = 0;
    lines.forEach((line, place) => {
      pure += line.pure;
      apart += line.variance;
      together += line.variance;
      lines.slice(0, place).forEach((other) => {
        if (!line.group || other.group !== line.group) return;
        together += 2 * line.shared.reduce((sum, value, at) => sum + value * (other.shared[at] || 0), 0);
      });
    });
    const sigmaJoint = Math.sqrt(together);
    const sigmaIndependent = Math.sqrt(apart);
    const sigma = choice.basis === 'independent' ? sigmaIndependent : sigmaJoint;
    const z = quantile(choice.chance);
    const riskLoading = (z * sigma) / Math.sqrt(choice.persons);
    const withRisk = pure + riskLoading;
    const further = pack.further.map(([name, rate]) => ({ name, rate, amount: rate * withRisk }));
    const admin = choice.admin * withRisk;
    const total = withRisk + admin + further.reduce((sum, each) => sum + each.amount, 0);
    const share = choice.share === null ? pack.share_in_large : choice.share;
    const small = total / (1 - choice.discount * share);
    const large = small * (1 - choice.discount);
    return {
      refused, about: lines.some((line) => line.about),
      lines: lines.map((line) => ({ key: line.key, pure: line.pure, sigma: Math.sqrt(line.variance), about: line.about })),
      pure, sigma, sigmaJoint, sigmaIndependent, z, riskLoading, withRisk, admin, further, total, small, large, share,
      average: small * (1 - share) + large * share,
      collected: small * (1 - pack.share_in_large) + large * pack.share_in_large,
      perFamily: (size) => size * (size >= LARGE_FROM ? large : small),
    };
  };

  globalThis.cbhi = Object.assign(globalThis.cbhi || {}, { premium: { opened, price, quantile, LARGE_FROM, FORMAT } });
})();

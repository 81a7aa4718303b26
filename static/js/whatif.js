/* A slider under each box that has room for one. Without this file the boxes are typed in. */
'use strict';
(() => {
  const { numbers } = globalThis.cbhi;
  const grouping = document.documentElement.dataset.grouping;
  /* A box counts in its own unit: 20 in a box of percents is 20. */
  const counted = (text) => numbers.read(text.replace('%', ''), 'money') ?? '';

  const addSlider = (box) => {
    if (box.dataset.slides) return;
    box.dataset.slides = 'yes';
    const [low, high, step] = box.dataset.slider.split(' ');
    const slider = Object.assign(document.createElement('input'), { type: 'range', min: low, max: high, step, className: 'slider', id: `${box.id}_slider` });
    slider.value = counted(box.value);
    const label = box.labels && box.labels[0];
    slider.setAttribute('aria-label', label ? label.textContent.trim() : box.name);
    slider.addEventListener('input', () => { box.value = numbers.exact(+slider.value, { grouping }); });
    slider.addEventListener('change', (event) => {
      event.stopPropagation();
      box.dispatchEvent(new Event('change', { bubbles: true }));
    });
    box.addEventListener('input', () => { slider.value = counted(box.value); });
    box.closest('.field').append(slider);
  };

  const addAll = () => document.querySelectorAll('input[data-slider]').forEach(addSlider);
  addAll();
  // The answer brings new boxes with it: who moves a slider by keys, or has gone on to the next box, stays there.
  let at = '';
  document.addEventListener('htmx:beforeSwap', () => { at = document.activeElement ? document.activeElement.id : ''; });
  document.addEventListener('htmx:afterSettle', () => {
    addAll();
    const same = at && document.activeElement === document.body && document.getElementById(at);
    if (same) same.focus({ preventScroll: true });
  });
})();

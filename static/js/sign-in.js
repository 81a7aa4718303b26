/* The user name typed so far outlives a change of the page's language; the password is never kept. */
'use strict';
(() => {
  const box = document.getElementById('id_login');
  const languages = document.querySelector('.lang__list');
  if (!box || !languages) return;
  try {
    box.value = box.value || sessionStorage.getItem('typed login') || '';
    sessionStorage.removeItem('typed login');
    languages.addEventListener('submit', () => sessionStorage.setItem('typed login', box.value));
  } catch { /* a browser that keeps nothing: the name is typed again */ }
})();

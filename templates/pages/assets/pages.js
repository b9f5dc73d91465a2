'use strict';
// Shows, as one types, which parts of the password rule are fulfilled; the server decides in the end.

const checks = {
  length: (text, data) => [...text].length >= Number(data.min),
  upper: (text) => /\p{Lu}/u.test(text),
  lower: (text) => /\p{Ll}/u.test(text),
  digit: (text) => /\p{Nd}/u.test(text),
  special: (text) => /[^\p{L}\p{N}\s]/u.test(text),
  bytes: (text, data) => text !== '' && new TextEncoder().encode(text).length <= Number(data.max),
};

for (const list of document.querySelectorAll('[data-checks]')) {
  const input = document.getElementById(list.dataset.checks);
  const items = [...list.querySelectorAll('[data-rule]')].map((element) => {
    const done = document.createElement('span');
    done.className = 'visually-hidden';
    element.append(done);
    return { element, done };
  });
  const update = () => {
    for (const { element, done } of items) {
      const isDone = checks[element.dataset.rule](input.value, element.dataset);
      // What the server found missing is overtaken by the first key.
      if (input.value !== '') {
        element.classList.remove('missing');
        element.querySelector('.state')?.remove();
      }
      element.classList.toggle('done', isDone);
      done.textContent = isDone ? ` (${list.dataset.done})` : '';
    }
  };
  input.addEventListener('input', update);
  update();
}

for (const box of document.querySelectorAll('[data-shows]')) {
  const input = document.getElementById(box.dataset.shows);
  box.closest('label').hidden = false;
  box.addEventListener('change', () => (input.type = box.checked ? 'text' : 'password'));
}

// Elements made from words: text is always text, never markup.

/** An element with attributes and what stands in it. */
export function element(name, attributes = {}, ...inside) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...inside);
  return made;
}

/** A dialog at the end of the page; it closes by Esc, by its own buttons, and by a press beside it. */
export function dialogOf(kind, label, ...inside) {
  const dialog = element("dialog", { class: kind, "aria-label": label }, ...inside);
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  document.body.append(dialog);
  return dialog;
}

/** Words with `{fields}` filled in. */
export const fill = (words, fields) => words.replace(/\{(\w+)\}/g, (all, name) => fields[name] ?? all);

/** The token that every change must carry. */
export const csrf = () => document.querySelector('input[name="csrf"]')?.value ?? "";

// Light or dark at once, remembered by the server in a cookie.
export function start(form) {
  form.querySelector("[data-apply]").hidden = true;
  form.addEventListener("change", () => {
    const chosen = new FormData(form);
    const theme = chosen.get("theme");
    if (theme === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    fetch(form.action, { method: "POST", body: new URLSearchParams(chosen), redirect: "manual" }).catch(() => form.submit());
  });
}

// Small comforts on every page. Everything works without them, except the theme switch, which stays hidden then.

// The bare address follows the language that was chosen last.
for (const link of document.querySelectorAll("a[data-language]")) {
  link.addEventListener("click", () => {
    const secure = location.protocol === "https:" ? "; Secure" : "";
    document.cookie = `django_language=${link.dataset.language}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
  });
}

// The phone menu closes with Escape, and gives the focus back; it also closes when the focus or a tap goes elsewhere.
const menu = document.querySelector(".mobilenav");
if (menu) {
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
  menu.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false;
  });
  document.addEventListener("click", (event) => {
    if (menu.open && !menu.contains(event.target)) menu.open = false;
  });
}

// Light, dark, or as the system says.
const themes = document.querySelector("[data-theme-switch]");
if (themes) {
  const root = document.documentElement;
  const show = () => {
    for (const button of themes.querySelectorAll("button")) {
      button.setAttribute("aria-pressed", String(button.value === (root.dataset.theme ?? "")));
    }
  };
  themes.addEventListener("click", ({ target }) => {
    const button = target.closest("button");
    if (!button) return;
    if (button.value) root.dataset.theme = button.value;
    else delete root.dataset.theme;
    try {
      if (button.value) localStorage.setItem("theme", button.value);
      else localStorage.removeItem("theme");
    } catch {
      // Storage is switched off: the choice lasts as long as the page.
    }
    show();
  });
  show();
  themes.hidden = false;
}

// What cannot be chosen is not ticked by the keyboard either.
for (const box of document.querySelectorAll("input[aria-disabled=true]")) {
  box.addEventListener("click", (event) => event.preventDefault());
}

// Once this form is sent, going back leads to that page: a browser keeps no copy of this one, and would show an error.
document.querySelector("form[data-back-to]")?.addEventListener("submit", ({ target, submitter }) => {
  if (!submitter?.hasAttribute("formaction")) history.replaceState(null, "", target.dataset.backTo);
});

// What is wrong with a form is read out first.
document.querySelector(".error-summary")?.focus();

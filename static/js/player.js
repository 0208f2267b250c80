// Films. Without this script a facade is a link to YouTube; with it, a button that opens the film in place, and the list
// of talks jumps within it. Nothing is fetched from YouTube before a press.
{
  const facade = document.querySelector("a[data-film]");
  const stage = facade?.parentElement;
  let opener = facade;

  function open(second) {
    const address = new URL(facade.dataset.film);
    if (second !== undefined) address.searchParams.set("start", second);
    const film = document.createElement("iframe");
    film.className = "player__film";
    film.title = facade.dataset.title;
    film.allow = "autoplay; encrypted-media; fullscreen; picture-in-picture";
    film.referrerPolicy = "strict-origin-when-cross-origin"; // without a referrer YouTube refuses to play (error 153)
    film.src = address.href;
    stage.classList.add("player--playing");
    opener.replaceWith(film);
    opener = film;
    film.focus();
  }

  if (facade) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = facade.className;
    button.setAttribute("aria-describedby", facade.getAttribute("aria-describedby"));
    button.append(...facade.childNodes);
    button.addEventListener("click", () => open());
    facade.replaceWith(button);
    opener = button;

    for (const link of document.querySelectorAll("a[data-second]")) {
      link.addEventListener("click", (event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return; // a new tab goes to YouTube
        event.preventDefault();
        stage.scrollIntoView({ block: "nearest" });
        open(link.dataset.second);
      });
    }
  }
}

// The live player. Without this script the facade is a link to YouTube; with it, a button that opens the film in place.
// Nothing is fetched from YouTube before the press.
const facade = document.querySelector("a[data-film]");
if (facade) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = facade.className;
  button.setAttribute("aria-describedby", facade.getAttribute("aria-describedby"));
  button.append(...facade.childNodes);
  button.addEventListener("click", () => {
    const film = document.createElement("iframe");
    film.className = "player__film";
    film.title = facade.dataset.title;
    film.allow = "autoplay; encrypted-media; fullscreen; picture-in-picture";
    film.referrerPolicy = "strict-origin-when-cross-origin"; // without a referrer YouTube refuses to play
    film.src = facade.dataset.film;
    button.parentElement.classList.add("player--playing");
    button.replaceWith(film);
    film.focus();
  });
  facade.replaceWith(button);
}

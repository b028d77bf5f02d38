/* What a page needs and does not have yet: loaded when its reader asks for it, from beside it. */

import {make} from "./dom.mjs";

/*
 * Calls `begin` with the global `variable`: at once if it is there, else after a button of each
 * page called `name` has loaded the script that sets it. A script, since a page that was opened as
 * a file may load nothing else.
 */
export function offer(name, variable, begin) {
  if (globalThis[variable]) begin(globalThis[variable]);
  document.querySelectorAll(`[data-playground=${name}]:not([data-ready])`).forEach((root) => {
    const place = root.querySelector(".steps-asleep"), {weights, size} = root.dataset;
    place.textContent = "";
    place.setAttribute("aria-live", "polite");
    const button = make(place, "button", {type: "button"}, `Load the ${name} (${size})`);
    const said = make(place, "span");
    button.addEventListener("click", () => {
      button.disabled = true;
      said.textContent = " Loading …";
      const script = make(root, "script", {src: weights});
      script.addEventListener("load", () => {
        begin(globalThis[variable]);
        root.querySelector("input").focus();
      });
      script.addEventListener("error", () => {
        script.remove();
        button.disabled = false;
        said.textContent = " It could not be loaded. Is the file beside this page, and the " +
          "connection there?";
      });
    });
  });
}

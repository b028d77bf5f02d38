/* Begins with the weights where they are in the page, else offers to load them. */

import {mount} from "./frame.mjs";
import {offer} from "./loading.mjs";
import {translatorGame} from "./translator_tasks.mjs";
import {TranslatorView} from "./translator_view.mjs";

offer("translator", "rnnCourseTranslator",
  (weights) => mount(translatorGame(weights), TranslatorView));

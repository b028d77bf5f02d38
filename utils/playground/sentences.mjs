/* Sentences → words → ids and back, by the rules of `text.Tokenizer` that this corpus needs. */

import {PAD, UNK} from "./translator_model.mjs";

const LETTER = "[\\p{L}\\p{M}\\p{N}_]";
const WHOLE = `${LETTER}+(?:(?:-|(?<=\\p{Nd})[.,](?=\\p{Nd}))${LETTER}+)*`;  // vingt-deux, 3.5
/* An English possessive; a word up to its apostrophe (l', qu', isn'); a word; marks. */
const WORD = new RegExp([
  `aujourd'hui(?!${LETTER})`, `o'clock(?!${LETTER})`, `'s(?!${LETTER})`,
  `${WHOLE}'(?!s(?!${LETTER}))(?=${LETTER})`, WHOLE,
  "\\.{2,}", "-{2,}", `[^\\s${LETTER.slice(1, -1)}]`,
].join("|"), "gu");

export function plain(sentence) {
  return sentence.normalize("NFC").toLowerCase().replace(/[‘’‚‛ʼ´]/g, "'")
    .replace(/[“”„«»]/g, '"').replace(/…/g, "...").replace(/[‐‑−]/g, "-");
}

export function split(sentence) {
  return plain(sentence).match(WORD) || [];
}

export function idsOf(words, vocabulary) {
  return words.map((word) => {
    const id = vocabulary.indexOf(word);
    return id > PAD ? id : UNK;
  });
}

/* Where an apostrophe, a mark that closes and the word before it touch. */
const TOUCHING = [
  [/ +(?=[.,;:?!%)\]}]+(?:[ "')\]}]|$))/g, ""],
  [/(?<=(?:^|[^\p{L}\p{N}_])[cdjlmst]') +(?=[\p{L}\p{N}_])/gu, ""],
  [/(?<=(?:^|[^\p{L}\p{N}_])n') +(?=[aeiouyhàâæéèêëîïôœùûü])/gu, ""],
  [/(?<=qu') +(?=[\p{L}\p{N}_])/gu, ""],
];

export function joined(words) {
  return TOUCHING.reduce((text, [from, to]) => text.replace(from, to), words.join(" "));
}

// PHP for the editor, as a language like C. The grammar that is made for it weighs a tenth of the page.

import { clike } from "@codemirror/legacy-modes/mode/clike";
import type { StringStream } from "@codemirror/language";

const words = (text: string) => Object.fromEntries(text.split(" ").map((word) => [word, true]));

export const php = clike({
  name: "php",
  keywords: words("abstract and as break callable case catch class clone const continue declare default do echo else elseif enddeclare endfor endforeach endif endswitch endwhile enum extends final finally fn for foreach function global goto if implements include include_once instanceof insteadof interface isset list match namespace new or print private protected public readonly require require_once return static switch throw trait try unset use var while xor yield"),
  types: words("array bool callable float int iterable mixed never object self string void"),
  blockKeywords: words("catch do else elseif for foreach if switch try while finally"),
  atoms: words("false null true FALSE NULL TRUE __CLASS__ __DIR__ __FILE__ __FUNCTION__ __LINE__ __METHOD__ __NAMESPACE__"),
  multiLineStrings: true,
  hooks: {
    $: (stream: StringStream) => {
      stream.eatWhile(/[\w$]/);
      return "variable-2";
    },
    "#": (stream: StringStream) => {
      if (stream.peek() === "[") return false;
      stream.skipToEnd();
      return "comment";
    },
    "<": (stream: StringStream) => (stream.match(/^\?(php|=)?/) ? "meta" : false),
    "?": (stream: StringStream) => (stream.eat(">") ? "meta" : false),
  },
});

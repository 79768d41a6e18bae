// A package that is missed and not needed: nothing is said of it, nor of a file that is not there.
try { require("chalk"); } catch (error) { console.log(error.code, error.message.split("\n")); }
import("axios/lib/x.js").catch((error) => console.log(error.code, error.message.replace(/ imported from .*/, "")));
import("./nothing.mjs").catch((error) => console.log(error.code));
try { require("./a/b"); } catch (error) { console.log(error.message, error.requireStack); }

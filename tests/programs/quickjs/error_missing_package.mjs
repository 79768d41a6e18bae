import thing from "@scope/package/part";
console.log("never", thing);

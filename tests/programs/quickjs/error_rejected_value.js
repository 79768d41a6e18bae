Promise.reject({ code: 5 });
setTimeout(() => console.log("never"), 5);

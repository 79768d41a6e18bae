const config = { server: undefined };
console.log("start");
console.log(
  config.server
    .port,
);

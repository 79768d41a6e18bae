console.log("before");
const lodash = require("lodash");

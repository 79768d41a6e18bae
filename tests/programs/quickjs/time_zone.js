// Dates follow TZ, that of the run and what the program sets: names of the tz database and POSIX strings.
const date = new Date(1720000000000);
const show = () => console.log(date.getHours(), date.getTimezoneOffset(), date.toString().slice(0, 33), date.toISOString(), date.toLocaleString());
show();
console.log(date.toLocaleTimeString("en-US", { timeZoneName: "short" }), new Date(2024, 0, 1).toISOString(), Date.parse("2024-07-01T00:00:00"));
process.env.TZ = "America/New_York";
show();
console.log(new Date(2024, 2, 10, 2, 30).toISOString(), new Date(2024, 10, 3, 1, 30).toISOString(), new Date(2024, 0, 15).getTimezoneOffset(), Intl.DateTimeFormat().resolvedOptions().timeZone);
process.env.TZ = "Asia/Kolkata";
show();
console.log(date.toLocaleDateString("en-US", { dateStyle: "full", timeZone: "UTC" }));
process.env.TZ = "EST5EDT";
show();
process.env.TZ = "UTC";
show();

// Local time around the hours when clocks change.
const zones = {
  "America/New_York": [[2024, 2, 10], [2024, 10, 3]], "Australia/Sydney": [[2024, 3, 7], [2024, 9, 6]], "Europe/Berlin": [[2024, 2, 31], [2024, 9, 27]],
  "Australia/Lord_Howe": [[2024, 3, 7], [2024, 9, 6]], "America/St_Johns": [[2024, 2, 10]], "Asia/Kolkata": [[2024, 5, 1]],
};
const two = (number) => String(number).padStart(2, "0");
for (const [zone, days] of Object.entries(zones)) {
  process.env.TZ = zone;
  for (const [year, month, day] of days) for (let hour = 0; hour < 5; hour++) for (const minute of [0, 30]) {
    const made = new Date(year, month, day, hour, minute);
    console.log(made.toISOString(), made.toString(), made.getTimezoneOffset(), made.getHours());
    const set = new Date(year, month, day - 1, 12);
    set.setDate(day);
    set.setHours(hour, minute);
    const text = `${year}-${two(month + 1)}-${two(day)}T${two(hour)}:${two(minute)}`;
    console.log(set.getTime(), new Date(text).getTime(), Date.parse(`${made.toString().slice(4, 7)} ${day}, ${year} ${hour}:${two(minute)}`));
  }
}

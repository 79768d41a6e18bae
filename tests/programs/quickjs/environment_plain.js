// The environment is that of a plain machine, and all of it can be taken away.
console.log(Object.keys(process.env).sort());
for (const name of Object.keys(process.env)) delete process.env[name];
console.log(process.env, process.env.HOME);
process.env.A = 1;
console.log(process.env.A, delete process.env.A, "A" in process.env);

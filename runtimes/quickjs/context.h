/*
 * What AsyncLocalStorage holds, carried from where a reaction of a promise, an
 * await or a microtask is made to where it runs: one value, undefined for
 * programs that hold nothing. Included by a patch into quickjs.c.
 */
static JSValue runcell_context = JS_UNDEFINED;

/* Makes `value` what is held, and gives what was held before; takes the value. */
static JSValue runcell_hold(JSValue value) {
    JSValue before = runcell_context;
    runcell_context = value;
    return before;
}

/* context(): what is held. context(value): the same, and `value` is held from now on. */
JSValue runcell_swap_context(JSContext *ctx, JSValueConst this_value, int argc, JSValueConst *argv) {
    return argc == 0 ? JS_DupValue(ctx, runcell_context) : runcell_hold(JS_DupValue(ctx, argv[0]));
}

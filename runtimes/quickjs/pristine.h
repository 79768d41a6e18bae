/*
 * The built-in objects as they were when the image was taken. Functions of the
 * prelude see those, whatever a program has made of Array.prototype, Object or
 * the global object. Included by a patch into quickjs.c, after hidden.h.
 *
 * Each such object has a twin, a copy of its properties, which stands in for it
 * when the prelude gets a property of it or looks for one along a chain of
 * prototypes. Whatever else is done with an object (listing, defining, setting)
 * is done with the object itself.
 */

/* Runs promise jobs for the prelude: what they do on the way is the program's doing (set by value.c). */
JSCFunction *runcell_jobs;

#define RUNCELL_TWINS 2048
static struct { JSObject *object, *twin; } runcell_twins[RUNCELL_TWINS];
static uint32_t runcell_twin_count;

/* The place of an object in the table, or the free place where it belongs. */
static uint32_t runcell_twin_place(JSObject *object) {
    uint32_t at = (uint32_t)((uintptr_t)object >> 3) * 2654435761u >> 21;
    while (runcell_twins[at].object && runcell_twins[at].object != object)
        at = (at + 1) % RUNCELL_TWINS;
    return at;
}

/* Lets `twin`, which has copies of the properties of `object`, stand in for it. */
int runcell_keep(JSContext *ctx, JSValueConst object, JSValueConst twin) {
    if (!JS_IsObject(object) || !JS_IsObject(twin) || ++runcell_twin_count > RUNCELL_TWINS / 2)
        return -1;
    JSObject *p = JS_VALUE_GET_OBJ(object);
    uint32_t at = runcell_twin_place(p);
    runcell_twins[at].object = JS_VALUE_GET_OBJ(js_dup(object));
    runcell_twins[at].twin = JS_VALUE_GET_OBJ(js_dup(twin));
    p->runcell_kept = 1;
    return 0;
}

/* Whether the code that runs now is the prelude's, or a built-in function that the prelude called. */
static bool runcell_prelude_runs(JSRuntime *rt) {
    for (JSStackFrame *frame = rt->current_stack_frame; frame; frame = frame->prev_frame) {
        JSObject *function = JS_VALUE_GET_OBJ(frame->cur_func);
        if (js_class_has_bytecode(function->class_id))
            return function->u.func.function_bytecode->filename == runcell_hidden_file;
        if (function->class_id == JS_CLASS_C_FUNCTION && function->u.cfunc.c_function.generic == runcell_jobs)
            return false;
    }
    return false;
}

static bool runcell_is_symbol(JSRuntime *rt, JSAtom prop) {
    int type = __JS_AtomIsTaggedInt(prop) ? JS_ATOM_TYPE_STRING : rt->atom_array[prop]->atom_type;
    return type == JS_ATOM_TYPE_SYMBOL || type == JS_ATOM_TYPE_GLOBAL_SYMBOL;
}

static no_inline JSObject *runcell_twin_of(JSRuntime *rt, JSObject *p, JSAtom prop) {
    JSProperty *pr;
    if (!runcell_prelude_runs(rt))
        return p;
    JSObject *twin = runcell_twins[runcell_twin_place(p)].twin;
    /* A symbol that a program added is meant for the prelude (util.inspect.custom), a name is not. */
    if (runcell_is_symbol(rt, prop) && !find_own_property(&pr, twin, prop))
        return p;
    return twin;
}

/* The object whose own property `prop` counts as that of `p`. */
static inline JSObject *runcell_seen(JSRuntime *rt, JSObject *p, JSAtom prop) {
    return unlikely(p->runcell_kept) ? runcell_twin_of(rt, p, prop) : p;
}

static JSValue JS_GetPropertyInternal(JSContext *ctx, JSValueConst object, JSAtom prop, JSValueConst this_value, bool needed);

/* The value of a field, for the prelude's own instructions (see the patches of quickjs-opcode.h). */
static no_inline JSValue runcell_get_field(JSContext *ctx, JSValueConst value, JSAtom atom) {
    JSObject *object = JS_IsObject(value) ? JS_VALUE_GET_OBJ(value) : NULL;
    JSProperty *property;
    JSShapeProperty *found = object && !object->runcell_kept ? find_own_property(&property, object, atom) : NULL;
    if (found && (found->flags & JS_PROP_TMASK) == 0)
        return js_dup(property->u.value);
    return JS_GetPropertyInternal(ctx, value, atom, value, false);
}

/* What the text of a function is when it is the prelude's: that of a built-in one. */
static bool runcell_is_own_class(JSObject *p) {
    JSFunctionBytecode *b = js_class_has_bytecode(p->class_id) ? p->u.func.function_bytecode : NULL;
    return b && b->filename == runcell_hidden_file && b->source && strncmp(b->source, "class", 5) == 0;
}

/*
 * Which stack frames stay out of stack traces: functions of the runtime's own,
 * compiled under the hidden file name, built-in functions that one of those
 * called, and the constructors of the error itself. Included by a patch into quickjs.c, before it builds
 * the text of a stack. And which file code is in that a program made of text.
 */

/* Set by entry.c to the name that the prelude is compiled under. */
JSAtom runcell_hidden_file;

static bool runcell_is_prelude(JSStackFrame *frame) {
    JSObject *function = JS_VALUE_GET_OBJ(frame->cur_func);
    return js_class_has_bytecode(function->class_id) &&
           function->u.func.function_bytecode->filename == runcell_hidden_file;
}

static bool runcell_is_hidden(JSStackFrame *frame) {
    JSObject *function = JS_VALUE_GET_OBJ(frame->cur_func);
    if (js_class_has_bytecode(function->class_id))
        return runcell_is_prelude(frame);
    return frame->prev_frame && runcell_is_prelude(frame->prev_frame);
}

/* The class whose error is being made, for the next stack alone. */
static JSObject *runcell_made_by;

/* The frame of that class's constructor, which the stack leaves out with all that it called. */
static JSStackFrame *runcell_first_frame(JSStackFrame *current) {
    JSObject *made_by = runcell_made_by;
    runcell_made_by = NULL;
    for (JSStackFrame *frame = current; frame && made_by; frame = frame->prev_frame)
        if (JS_VALUE_GET_OBJ(frame->cur_func) == made_by)
            return frame;
    return current;
}

/* The file that import() in a function looks from: for code that was made of text, that of who called it. */
static JSAtom runcell_referrer(JSContext *ctx, JSStackFrame *frame) {
    JSAtom own = JS_VALUE_GET_OBJ(frame->cur_func)->u.func.function_bytecode->filename;
    JSAtom made_of_text = JS_NewAtom(ctx, "<input>");
    for (; frame; frame = frame->prev_frame) {
        JSObject *function = JS_VALUE_GET_OBJ(frame->cur_func);
        JSAtom name = js_class_has_bytecode(function->class_id) ? function->u.func.function_bytecode->filename : made_of_text;
        if (name != made_of_text && name != runcell_hidden_file) {
            own = name;
            break;
        }
    }
    JS_FreeAtom(ctx, made_of_text);
    return JS_DupAtom(ctx, own);
}

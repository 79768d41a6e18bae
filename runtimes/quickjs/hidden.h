/*
 * Which stack frames are the runtime's own and stay out of stack traces:
 * functions compiled under the hidden file name, and built-in functions that
 * one of those called. Included by a patch into quickjs.c, before it builds
 * the text of a stack.
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

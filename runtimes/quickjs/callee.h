/*
 * The source text of what a call names, for "user.greet is not a function".
 * Included by a patch into quickjs.c, before wording.h.
 *
 * The engine knows only where a call stands: the place of the last name before
 * its parentheses. The rest is read off the source of the function around it.
 */

static bool runcell_in_name(char c) {
    return c == '_' || c == '$' || c == '#' || (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z') || (c & 0x80);
}

static bool runcell_is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

/* Where the running function's source says its current operation stands; NULL if that is not known. */
static const char *runcell_current_place(JSContext *ctx, const char **start, const char **end) {
    JSStackFrame *frame = ctx->rt->current_stack_frame;
    if (!frame || !frame->cur_pc || !js_class_has_bytecode(JS_VALUE_GET_OBJ(frame->cur_func)->class_id))
        return NULL;
    JSFunctionBytecode *b = JS_VALUE_GET_OBJ(frame->cur_func)->u.func.function_bytecode;
    if (!b->source || b->filename == runcell_hidden_file)
        return NULL;
    int column;
    int line = find_line_num(ctx, b, (uint32_t)(frame->cur_pc - b->byte_code_buf - 1), &column);
    *start = b->source;
    *end = b->source + b->source_len;
    const char *place = *start + (line == b->line_num ? column - b->col_num : 0);
    for (int i = b->line_num; i < line; i++) {
        const char *next = memchr(place, '\n', (size_t)(*end - place));
        if (!next)
            return NULL;
        place = next + 1;
    }
    place += line == b->line_num ? 0 : column - 1;
    bool inside = place > *start && place < *end && runcell_in_name(*place) && runcell_in_name(place[-1]);
    return place >= *start && place < *end && !inside ? place : NULL;
}

/* The end of the bracket or quotation that opens at `at`, or NULL. */
static const char *runcell_closing(const char *at, const char *end) {
    char quote = *at == '"' || *at == '\'' || *at == '`' ? *at : 0;
    int depth = 0;
    for (; at < end; at++) {
        if (quote ? *at == quote && depth++ : (*at == ')' || *at == ']' || *at == '}') && --depth == 0)
            return at + 1;
        depth += !quote && (*at == '(' || *at == '[' || *at == '{');
    }
    return NULL;
}

/* Where the bracket or quotation that ends before `at` opens, or NULL. */
static const char *runcell_opening(const char *at, const char *start) {
    char quote = at[-1] == '"' || at[-1] == '\'' || at[-1] == '`' ? at[-1] : 0;
    int depth = 0;
    while (at-- > start) {
        if (quote ? *at == quote && depth++ : (*at == '(' || *at == '[' || *at == '{') && --depth == 0)
            return at;
        depth += !quote && (*at == ')' || *at == ']' || *at == '}');
    }
    return NULL;
}

/* The start of a name with what it is called with and indexed by, from its end. */
static const char *runcell_operand(const char *at, const char *start) {
    while (at && at > start && strchr(")]}\"'`", at[-1]))
        at = runcell_opening(at, start);
    while (at && at > start && runcell_in_name(at[-1]))
        at--;
    return at;
}

/* From the last name of a.b(c).d, or from its end, back to its first. */
static const char *runcell_first_name(const char *at, const char *start) {
    while (at) {
        const char *before = at;
        while (before > start && runcell_is_blank(before[-1]))
            before--;
        if (before == start || before[-1] != '.')
            return at;
        before -= before - 1 > start && before[-2] == '?' ? 2 : 1;
        while (before > start && runcell_is_blank(before[-1]))
            before--;
        at = runcell_operand(before, start);
    }
    return NULL;
}

/* Copies the text between, without blanks and without what calls in it are given. */
static size_t runcell_copy_callee(const char *from, const char *to, char *text, size_t room) {
    size_t size = 0;
    if (*from == '.')
        size = (size_t)snprintf(text, room, "(intermediate value)");
    for (const char *at = from; at < to && size + 24 < room; at++) {
        bool first = at == from;
        if (*at == '(' || (first && (*at == '[' || *at == '{'))) {
            const char *after = runcell_closing(at, to);
            size += (size_t)snprintf(text + size, room - size, first ? "(intermediate value)" : "(...)");
            if (!after)
                return 0;
            at = after - 1;
        } else if (*at == '[') {
            const char *after = runcell_closing(at, to);
            if (!after || (size_t)(after - at) + 24 > room - size)
                return 0;
            memcpy(text + size, at, (size_t)(after - at));
            size += (size_t)(after - at);
            at = after - 1;
        } else if (!runcell_is_blank(*at)) {
            text[size++] = *at;
        }
    }
    return size;
}

/* Writes "a.b(...).c is not a function"; false if the current operation is not a call that can be read. */
static bool runcell_name_callee(JSContext *ctx, char *text, size_t room) {
    const char *start, *end;
    const char *place = runcell_current_place(ctx, &start, &end);
    if (!place)
        return false;
    bool is_new = end - place > 4 && memcmp(place, "new", 3) == 0 && !runcell_in_name(place[3]);
    const char *rest = is_new ? " is not a constructor" : " is not a function";
    const char *first = place, *last = place;
    if (is_new) {
        for (first += 3; first < end && runcell_is_blank(*first);)
            first++;
        last = first;
        while (last && last < end && (runcell_in_name(*last) || *last == '.' || *last == '[' || (last == first && *last == '(')))
            last = *last == '[' || *last == '(' ? runcell_closing(last, end) : last + 1;
    } else if (*place == '(') {
        first = runcell_first_name(runcell_operand(place, start), start);
    } else {
        while (last < end && runcell_in_name(*last))
            last++;
        first = last < end && strchr("(`? \n", *last) ? runcell_first_name(place, start) : NULL;
    }
    size_t size = first && last > first ? runcell_copy_callee(first, last, text, room - strlen(rest)) : 0;
    if (size == 0)
        return false;
    snprintf(text + size, room - size, "%s", rest);
    return true;
}

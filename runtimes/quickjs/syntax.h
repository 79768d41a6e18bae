/*
 * What the parsers of programs and of JSON say of what they cannot read, and
 * the search for circles of JSON.stringify. Included by a patch into quickjs.c.
 */

/* The line and column of a place shortly before the current token; as given if it lies elsewhere. */
static void runcell_place_of(JSParseState *s, const uint8_t *place, int *line, int *column) {
    if (place < s->buf_start || place > s->token.ptr)
        return;
    const uint8_t *start = s->token.line_start;
    int number = s->token.line_num;
    for (const uint8_t *at = s->token.ptr; at > place; at--)
        number -= at[-1] == '\n';
    if (place < start)
        for (start = place; start > s->buf_start && start[-1] != '\n';)
            start--;
    *line = number;
    *column = (int)(place - start) + 1;
}

static int runcell_redeclared(JSParseState *s, JSAtom name) {
    char text[ATOM_GET_STR_BUF_SIZE];
    return js_parse_error(s, "Identifier '%s' has already been declared", JS_AtomGetStr(s->ctx, text, sizeof text, name));
}

/* Whether an array, which only the engine has filled, holds an object. */
static bool runcell_holds(JSValueConst array, JSValueConst object) {
    JSObject *p = JS_VALUE_GET_OBJ(array);
    for (uint32_t i = p->fast_array ? p->u.array.count : 0; i-- > 0;)
        if (JS_VALUE_GET_PTR(p->u.array.u.values[i]) == JS_VALUE_GET_PTR(object))
            return true;
    return false;
}

#define RUNCELL_JSON_AROUND 10

/* A place that does not cut a character in two. */
static const uint8_t *runcell_whole(const uint8_t *at, const uint8_t *end) {
    while (at < end && (*at & 0xc0) == 0x80)
        at++;
    return at;
}

/* Unexpected token 'x', "..." is not valid JSON: with some of what stands around it. */
static int runcell_json_token(JSParseState *s) {
    const uint8_t *start = s->buf_start, *end = s->buf_end, *at = s->token.ptr;
    static const char *const words[] = {"undefined", "NaN", "Infinity", "[object Object]"};
    for (size_t i = 0; i < countof(words); i++)
        if ((size_t)(end - start) == strlen(words[i]) && memcmp(start, words[i], strlen(words[i])) == 0)
            return js_parse_error(s, "\"%s\" is not valid JSON", words[i]);
    const char *before = "", *after = "";
    const uint8_t *from = start, *to = end;
    if (end - start > 2 * RUNCELL_JSON_AROUND) {
        if (at - start > RUNCELL_JSON_AROUND)
            before = "...", from = runcell_whole(at - RUNCELL_JSON_AROUND, end);
        if (end - at > RUNCELL_JSON_AROUND)
            after = "...", to = runcell_whole(at + RUNCELL_JSON_AROUND, end);
    }
    return js_parse_error(s, "Unexpected token '%.*s', %s\"%.*s\"%s is not valid JSON",
                          (int)(runcell_whole(at + 1, end) - at), (const char *)at, before,
                          (int)(to - from), (const char *)from, after);
}

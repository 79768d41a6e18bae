/*
 * The engine's error messages in the words that users of Node know. Included
 * by a patch into quickjs.c, before it makes the text of an error. The names
 * of what was called are in callee.h.
 */

/* Pairs of formats that take the same arguments: the engine's, and ours. */
static const char *const runcell_words[][2] = {
    {"cannot read property '%s' of undefined", "Cannot read properties of undefined (reading '%s')"},
    {"cannot read property '%s' of null", "Cannot read properties of null (reading '%s')"},
    {"cannot set property '%s' of undefined", "Cannot set properties of undefined (setting '%s')"},
    {"cannot set property '%s' of null", "Cannot set properties of null (setting '%s')"},
    {"'%s' is read-only", "Cannot assign to read only property '%s' of object"},
    {"no setter for property", "Cannot set property of an object which has only a getter"},
    {"setter is forbidden", "Cannot set property of an object which has only a getter"},
    {"object is not extensible", "Cannot add property, object is not extensible"},
    {"could not delete property", "Cannot delete property of an object"},
    {"property is not configurable", "Cannot redefine property"},
    {"%s is not initialized", "Cannot access '%s' before initialization"},
    {"this is not initialized", "Must call super constructor in derived class before accessing 'this' or returning from derived constructor"},
    {"derived class constructor must return an object or undefined", "Derived constructors may only return object or undefined"},
    {"parent class must be constructor", "Class extends value is not a constructor or null"},
    {"private class field '%s' does not exist", "Cannot read private member %s from an object whose class did not declare it"},
    {"invalid brand on object", "Receiver must be an instance of the class that declares the private method"},
    {"undefined private field '%s'", "Private field '%s' must be declared in an enclosing class"},
    {"cannot convert to object", "Cannot convert undefined or null to object"},
    {"cannot convert symbol to string", "Cannot convert a Symbol value to a string"},
    {"cannot convert symbol to number", "Cannot convert a Symbol value to a number"},
    {"cannot convert BigInt to number", "Cannot convert a BigInt value to a number"},
    {"bigint argument with unary +", "Cannot convert a BigInt value to a number"},
    {"cannot convert to bigint", "Cannot mix BigInt and other types, use explicit conversions"},
    {"cannot convert to BigInt", "Cannot convert value to a BigInt"},
    {"cannot convert to BigInt: not an integer", "The number cannot be converted to a BigInt because it is not an integer"},
    {"cannot convert NaN or Infinity to BigInt", "The number cannot be converted to a BigInt because it is not an integer"},
    {"invalid BigInt literal", "Cannot convert text to a BigInt"},
    {"BigInt division by zero", "Division by zero"},
    {"BigInt negative exponent", "Exponent must be non-negative"},
    {"BigInt is too large", "Maximum BigInt size exceeded"},
    {"BigInt is too large to allocate", "Maximum BigInt size exceeded"},
    {"BigInt operands are forbidden for >>>", "BigInts have no unsigned right shift, use >> instead"},
    {"BigInt are forbidden in JSON.stringify", "Do not know how to serialize a BigInt"},
    {"circular reference", "Converting circular structure to JSON"},
    {"invalid 'in' operand", "Cannot use 'in' operator on a value that is not an object"},
    {"invalid 'instanceof' right operand", "Right-hand side of 'instanceof' is not callable"},
    {"invalid array length", "Invalid array length"},
    {"invalid string length", "Invalid string length"},
    {"invalid array buffer length", "Array buffer allocation failed"},
    {"invalid repeat count", "Invalid count value"},
    {"invalid code point", "Invalid code point"},
    {"invalid number of digits", "Number of digits is out of range"},
    {"empty array", "Reduce of empty array with no initial value"},
    {"Date value is NaN", "Invalid time value"},
    {"not a Date object", "this is not a Date object."},
    {"bad normalization form", "The normalization form should be one of NFC, NFD, NFKC, NFKD."},
    {"circular prototype chain", "Cyclic __proto__ value"},
    {"promise self resolution", "Chaining cycle detected for promise #<Promise>"},
    {"constructor requires 'new'", "Constructor requires 'new'"},
    {"must be called with new", "Constructor requires 'new'"},
    {"out of bound", "Offset is outside the bounds of the DataView"},
    {"invalid offset", "offset is out of bounds"},
    {"regexp must have the 'g' flag", "String.prototype.matchAll called with a non-global RegExp argument"},
    {"invalid regular expression flags", "Invalid regular expression flags"},
    {"iterator must return an object", "Iterator result is not an object"},
    {"cannot invoke a running generator", "Generator is already running"},
    {"expecting %%", "URI malformed"},
    {"expecting hex digit", "URI malformed"},
    {"malformed UTF-8", "URI malformed"},
    {"expecting surrogate pair", "URI malformed"},
    {"not an object", "Value is not an object"},
    {"revoked proxy", "Cannot perform operation on a proxy that has been revoked"},
    {"unexpected end of string", "Invalid or unexpected token"},
    {"unexpected character", "Invalid or unexpected token"},
    {"unexpected end of comment", "Invalid or unexpected token"},
    {"invalid number literal", "Invalid or unexpected token"},
    {"unexpected end of regexp", "Invalid regular expression: missing /"},
    {"unexpected line terminator in regexp", "Invalid regular expression: missing /"},
    {"invalid assignment left-hand side", "Invalid left-hand side in assignment"},
    {"invalid increment/decrement operand", "Invalid left-hand side expression in postfix operation"},
    {"invalid for in/of left hand-side", "Invalid left-hand side in for-loop"},
    {"invalid destructuring target", "Invalid destructuring assignment target"},
    {"rest element must be the last one", "Rest element must be last element"},
    {"missing initializer for variable", "Missing initializer in const declaration"},
    {"function name expected", "Function statements require a function name"},
    {"'let' is not a valid lexical identifier", "let is disallowed as a lexically bound name"},
    {"return not in a function", "Illegal return statement"},
    {"break must be inside loop or switch", "Illegal break statement"},
    {"continue must be inside loop", "Illegal continue statement: no surrounding iteration statement"},
    {"break/continue label not found", "Undefined label"},
    {"line terminator not allowed after throw", "Illegal newline after throw"},
    {"expecting catch or finally", "Missing catch or finally after try"},
    {"lexical declarations can't appear in single-statement context", "Lexical declaration cannot appear in a single-statement context"},
    {"unexpected 'await' keyword", "await is only valid in async functions and the top level bodies of modules"},
    {"'super' is only valid in a method", "'super' keyword unexpected here"},
    {"super() is only valid in a derived class constructor", "'super' keyword unexpected here"},
    {"property constructor appears more than once", "A class may only have one constructor"},
    {"import.meta only valid in module code", "Cannot use 'import.meta' outside a module"},
    {"cannot delete a direct reference in strict mode", "Delete of an unqualified identifier in strict mode."},
    {"invalid keyword: with", "Strict mode code may not include a with statement"},
    {"Octal literals are not allowed in strict mode", "Octal literals are not allowed in strict mode."},
    {"unparenthesized unary expression can't appear on the left-hand side of '**'",
     "Unary operator used immediately before exponentiation expression. Parenthesis must be used to disambiguate operator precedence"},
    {"Could not find export '%s' in module '%s'", "The requested module does not provide an export named '%s' (%s)"},
};

/* The text of an error; what the engine does not say itself is found out. */
static void runcell_message(JSContext *ctx, char *text, size_t room, const char *format, va_list values) {
    bool called = strcmp(format, "not a function") == 0 || strcmp(format, "not a constructor") == 0;
    if (called && runcell_name_callee(ctx, text, room))
        return;
    if (strncmp(format, "cannot read property '%s'", 25) == 0) {
        va_list copy;
        va_copy(copy, values);
        bool iterates = strcmp(va_arg(copy, const char *), "Symbol.iterator") == 0;
        va_end(copy);
        if (iterates)
            format = strstr(format, "null") ? "object null is not iterable (cannot read property Symbol(Symbol.iterator))"
                                            : "undefined is not iterable (cannot read property Symbol(Symbol.iterator))";
    }
    /* Only operators are evaluated in a frame of a program's own function. */
    JSStackFrame *frame = ctx->rt->current_stack_frame;
    if (strcmp(format, "cannot convert BigInt to number") == 0 && frame && JS_GetFunctionBytecode(frame->cur_func))
        format = "Cannot mix BigInt and other types, use explicit conversions";
    for (size_t i = 0; i < countof(runcell_words); i++) {
        if (strcmp(format, runcell_words[i][0]) == 0) {
            format = runcell_words[i][1];
            break;
        }
    }
    vsnprintf(text, room, format, values);
}

/* "number 5 is not iterable ...", for a value that was asked for an iterator. */
static JSValue runcell_not_iterable(JSContext *ctx, JSValueConst value) {
    char shown[96] = "object";
    const char *type = JS_IsNumber(value) ? "number " : JS_IsBool(value) ? "boolean " : "";
    if (JS_IsFunction(ctx, value)) {
        snprintf(shown, sizeof shown, "function");
    } else if (!JS_IsObject(value) && !JS_IsSymbol(value)) {
        const char *text = JS_ToCString(ctx, value);
        snprintf(shown, sizeof shown, "%s%.60s", JS_IsNull(value) ? "object " : type, text ? text : "value");
        JS_FreeCString(ctx, text);
    }
    return JS_ThrowTypeError(ctx, "%s is not iterable%s", shown,
                             " (cannot read property Symbol(Symbol.iterator))");
}

/* "5 is not a function", for a value given to a built-in function as a callback. */
static JSValue runcell_not_callable(JSContext *ctx, JSValueConst value) {
    if (JS_IsObject(value))
        return JS_ThrowTypeError(ctx, "%s is not a function", JS_IsArray(value) ? "#<Array>" : "#<Object>");
    JSValue description = JS_IsSymbol(value) ? JS_NewString(ctx, "Symbol()") : JS_ToString(ctx, value);
    const char *text = JS_ToCString(ctx, description);
    const char *mark = JS_IsString(value) ? "\"" : "";
    JS_ThrowTypeError(ctx, "%s%.80s%s is not a function", mark, text ? text : "value", mark);
    JS_FreeCString(ctx, text);
    JS_FreeValue(ctx, description);
    return JS_EXCEPTION;
}

/* "Invalid regular expression: /(/: Unterminated group", from what the compiler of patterns says. */
static void runcell_regexp_failed(JSContext *ctx, JSValueConst pattern, JSValueConst flags, const char *problem) {
    static const char *const words[][2] = {
        {"expecting ')'", "Unterminated group"}, {"expecting ']'", "Unterminated character class"},
        {"extraneous characters at the end", "Unmatched ')'"}, {"unexpected end", "\\ at end of pattern"},
        {"nothing to repeat", "Nothing to repeat"}, {"invalid repetition count", "numbers out of order in {} quantifier"},
        {"invalid class range", "Range out of order in character class"},
        {"duplicate group name", "Duplicate capture group name"}, {"invalid group name", "Invalid capture group name"},
        {"expecting group name", "Invalid named reference"}, {"group name not defined", "Invalid named capture referenced"},
        {"invalid group", "Invalid group"}, {"invalid escape sequence in regular expression", "Invalid escape"},
        {"invalid decimal escape in regular expression", "Invalid escape"},
        {"unknown unicode property name", "Invalid property name"}, {"unknown unicode property value", "Invalid property name"},
        {"unknown unicode general category", "Invalid property name"}, {"unknown unicode script", "Invalid property name"},
        {"expecting '{' after \\p", "Invalid property name"}, {"stack overflow", "Regular expression too large"},
    };
    for (size_t i = 0; i < countof(words); i++) {
        if (strcmp(problem, words[i][0]) == 0) {
            problem = words[i][1];
            break;
        }
    }
    const char *source = JS_ToCString(ctx, pattern);
    const char *marks = JS_IsString(flags) ? JS_ToCString(ctx, flags) : NULL;
    JS_ThrowSyntaxError(ctx, "Invalid regular expression: /%.150s/%s: %s", source ? source : "", marks ? marks : "", problem);
    JS_FreeCString(ctx, source);
    JS_FreeCString(ctx, marks);
}

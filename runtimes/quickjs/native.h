/*
 * What entry.c shares with file.c and value.c: the native functions that the
 * prelude files find on the `runcell` object.
 */
#pragma once
#include "quickjs.h"

void add_file_natives(JSContext *ctx, JSValueConst runcell);
void add_value_natives(JSContext *ctx, JSValueConst runcell);

/* Compiles a module from a string value, under a name; does not run it. */
JSValue compile_module(JSContext *ctx, JSValueConst source, const char *name);

/* The string that UTF-8 bytes mean; JS_NULL if fatal and some are invalid. */
JSValue decode_utf8(JSContext *ctx, const uint8_t *data, size_t size, int fatal);

/* Set while the image is prepared: write() then writes nothing. */
extern int runcell_quiet;

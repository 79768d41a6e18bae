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

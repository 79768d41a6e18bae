/*
 * wordexp: words as a shell makes them: quotes, ~, variables, patterns of files.
 *
 * Owns the words. A cell has no shell: $(command) is refused as by WRDE_NOCMD,
 * and $((arithmetic)) as a word that cannot be read.
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <wordexp.h>

/* A word that is being made. `pattern` is its text for glob, in which quoted characters are escaped. */
struct word {
    char *text, *pattern;
    size_t length, pattern_length, room;
    int begun, globs, failed;
};

static void add(struct word *word, char c, int quoted) {
    if (word->length + 2 > word->room) {
        size_t room = word->room ? word->room * 2 : 64;
        char *text = realloc(word->text, room), *pattern = text ? realloc(word->pattern, 2 * room) : NULL;
        word->text = text ? text : word->text;
        word->pattern = pattern ? pattern : word->pattern;
        if (!text || !pattern) {
            word->failed = 1;
            return;
        }
        word->room = room;
    }
    word->begun = 1;
    if (quoted && strchr("*?[]\\", c))
        word->pattern[word->pattern_length++] = '\\';
    else if (!quoted && strchr("*?[", c))
        word->globs = 1;
    word->text[word->length++] = word->pattern[word->pattern_length++] = c;
}

static int keep(wordexp_t *words, const char *text, int flags) {
    size_t offset = flags & WRDE_DOOFFS ? words->we_offs : 0;
    char **grown = realloc(words->we_wordv, (offset + words->we_wordc + 2) * sizeof *grown);
    if (!grown)
        return WRDE_NOSPACE;
    words->we_wordv = grown;
    if (words->we_wordc == 0)
        memset(grown, 0, (offset + 2) * sizeof *grown);
    if (!text)
        return 0;
    if (!(grown[offset + words->we_wordc] = strdup(text)))
        return WRDE_NOSPACE;
    grown[offset + ++words->we_wordc] = NULL;
    return 0;
}

/* Ends a word: the files that it means, or itself. */
static int finish(struct word *word, wordexp_t *words, int flags) {
    int error = word->failed ? WRDE_NOSPACE : 0;
    glob_t found;
    if (!error && word->begun && word->globs) {
        word->pattern[word->pattern_length] = 0;
        if (glob(word->pattern, 0, NULL, &found) == 0) {
            for (size_t at = 0; at < found.gl_pathc && !error; at++)
                error = keep(words, found.gl_pathv[at], flags);
            globfree(&found);
            word->begun = 0;
        }
    }
    if (!error && word->begun) {
        if (word->text)
            word->text[word->length] = 0;
        error = keep(words, word->text ? word->text : "", flags);
    }
    word->length = word->pattern_length = 0;
    word->begun = word->globs = 0;
    return error;
}

/* What a variable stands for: $NAME, ${NAME}, ${NAME:-word}. Returns where it ends; null where it is none. */
static const char *variable(const char *at, const char **value, int flags, int *error) {
    char name[128];
    size_t length = 0;
    int braces = at[1] == '{';
    const char *from = at + 1 + braces, *otherwise = NULL;
    while ((isalnum((unsigned char)from[length]) || from[length] == '_') && length < sizeof name - 1)
        name[length] = from[length], length++;
    name[length] = 0;
    if (length == 0 || isdigit((unsigned char)*name))
        return *error = braces ? WRDE_SYNTAX : 0, NULL;
    const char *end = from + length;
    *value = getenv(name);
    if (braces) {
        if (end[0] == ':' && end[1] == '-')
            otherwise = end + 2;
        const char *close = strchr(end, '}');
        if (!close || (!otherwise && close != end))
            return *error = WRDE_SYNTAX, NULL;
        end = close + 1;
        if (otherwise && (!*value || !**value)) {
            static char kept[1024];
            size_t size = (size_t)(close - otherwise);
            if (size >= sizeof kept)
                return *error = WRDE_NOSPACE, NULL;
            memcpy(kept, otherwise, size);
            kept[size] = 0;
            *value = kept;
        }
    }
    if (!*value && (flags & WRDE_UNDEF))
        return *error = WRDE_BADVAL, NULL;
    return end;
}

static int expand(const char *text, struct word *word, wordexp_t *words, int flags) {
    char quote = 0;
    int error = 0;
    for (const char *at = text; *at && !error; at++) {
        if (quote == '\'' ) {
            if (*at == '\'')
                quote = 0;
            else
                add(word, *at, 1);
        } else if (*at == '\\') {
            if (!at[1])
                return WRDE_SYNTAX;
            if (quote && !strchr("$`\"\\\n", at[1]))
                add(word, *at, 1);
            at++;
            if (*at != '\n')
                add(word, *at, 1);
        } else if (*at == '`' || (at[0] == '$' && at[1] == '(')) {
            return at[1] == '(' && at[2] == '(' ? WRDE_SYNTAX : WRDE_CMDSUB;
        } else if (*at == '$') {
            const char *value = NULL, *end = variable(at, &value, flags, &error);
            if (error)
                return error;
            if (!end) {
                add(word, *at, 1);
                continue;
            }
            for (; value && *value && !error; value++) {
                if (!quote && isspace((unsigned char)*value))
                    error = word->begun ? finish(word, words, flags) : 0;
                else
                    add(word, *value, quote != 0);
            }
            at = end - 1;
        } else if (*at == quote) {
            quote = 0;
        } else if (!quote && (*at == '"' || *at == '\'')) {
            quote = *at;
            word->begun = 1;
        } else if (!quote && *at == '~' && !word->begun && (!at[1] || at[1] == '/' || isspace((unsigned char)at[1]))) {
            for (const char *home = getenv("HOME"); home && *home; home++)
                add(word, *home, 1);
        } else if (!quote && (*at == ' ' || *at == '\t')) {
            error = finish(word, words, flags);
        } else if (!quote && strchr("|&;<>(){}\n", *at)) {
            return WRDE_BADCHAR;
        } else {
            add(word, *at, quote != 0);
        }
    }
    return error ? error : quote ? WRDE_SYNTAX : finish(word, words, flags);
}

int wordexp(const char *restrict text, wordexp_t *restrict words, int flags) {
    struct word word = {0};
    if (flags & WRDE_REUSE)
        wordfree(words);
    if (!(flags & WRDE_APPEND)) {
        words->we_wordc = 0;
        words->we_wordv = NULL;
    }
    int error = expand(text, &word, words, flags);
    if (!error && words->we_wordc == 0)
        error = keep(words, NULL, flags);
    free(word.text);
    free(word.pattern);
    /* What was made before a fault of memory is the caller's; of other faults nothing is left. */
    if (error && error != WRDE_NOSPACE && !(flags & WRDE_APPEND))
        wordfree(words);
    return error;
}

void wordfree(wordexp_t *words) {
    char **at = words->we_wordv;
    for (size_t left = words->we_wordc; at && left > 0; at++)
        if (*at) {
            free(*at);
            left--;
        }
    free(words->we_wordv);
    words->we_wordv = NULL;
    words->we_wordc = 0;
}

#include <locale.h>
#include <stdio.h>
#include <wchar.h>
#include <wctype.h>
#include <stdlib.h>
int main(void) {
    wchar_t b[32]; printf("%d", swprintf(b, 32, L"<%ls|%4d|%lc>", L"\u017elu\u0165\U0001F680", 42, L'\u00e9')); printf(" %zu\n", wcslen(b));
    printf("%d", swprintf(b, 4, L"%ls", L"too long")); printf(" %zu %d\n", wcslen(b), swprintf(b, 32, L"%s", ""));
    setlocale(LC_ALL, ""); printf("%d", swprintf(b, 32, L"%5ls|%-4ls|%.2ls", L"\u00e9", L"\u0444", L"\u65e5\u672c\u8a9e")); printf(" %ls|\n", b);
    printf("%S %lc %ls\n", L"hello", L'\u00e9', L"\u041f\u0440\u0438"); char m[16]; printf("%zu %s\n", wcstombs(m, L"\u00e9\U0001F680", 16), m);
    printf("%d %d %d %lc\n", mblen("\xc3\xa9", 4), iswalpha(L'\u00e9') != 0, wcwidth(L'\u8a9e'), towupper(L'\u00ff'));
    wchar_t w[8]; swscanf(L"\u00fcber 7", L"%ls", w); printf("%ls %zu\n", w, mbstowcs(NULL, "\xc3\xbc" "b", 0));
}

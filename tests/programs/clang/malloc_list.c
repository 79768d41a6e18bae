#include <stdio.h>
#include <stdlib.h>
#include <string.h>
struct node { int value; struct node *next; };
static int by_name(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }
int main(void) {
    struct node *head = NULL;
    for (int i = 0; i < 5; i++) {
        struct node *n = malloc(sizeof *n);
        n->value = i * i; n->next = head; head = n;
    }
    for (struct node *n = head; n; n = n->next) printf("%d ", n->value);
    puts("");
    while (head) { struct node *next = head->next; free(head); head = next; }
    const char *names[] = {"pear", "apple", "fig"};
    qsort(names, 3, sizeof *names, by_name);
    for (int i = 0; i < 3; i++) puts(names[i]);
    char *big = calloc(64, 1 << 20);
    printf("%s\n", big ? "64 MiB" : "none");
    big = realloc(big, 10); free(big);
    void *p = aligned_alloc(64, 256); printf("%d\n", (int)((size_t)p % 64)); free(p);
}

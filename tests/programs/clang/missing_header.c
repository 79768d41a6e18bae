#include <no_such.h>
int main(void) { return 0; }

#include "broken.h"
int main(void) { return 0; }

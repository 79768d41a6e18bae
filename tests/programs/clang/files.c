#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
int main(void) {
    char cwd[64];
    puts(getcwd(cwd, sizeof cwd));
    FILE *f = fopen("in.txt", "r");
    char line[64];
    while (fgets(line, sizeof line, f)) printf("read %s", line);
    fclose(f);
    f = fopen("out.txt", "w"); fprintf(f, "x=%d\n", 7); fclose(f);
    struct stat st; stat("/work/out.txt", &st); printf("size %lld\n", (long long)st.st_size);
    printf("%d\n", mkdir("sub", 0777)); printf("%d\n", chdir("sub"));
    f = fopen("../out.txt", "a+"); fputs("more\n", f); rewind(f);
    while (fgets(line, sizeof line, f)) printf("%s", line);
    fclose(f);
    puts(getcwd(cwd, sizeof cwd));
    printf("%d\n", rename("../out.txt", "here.txt"));
    DIR *d = opendir("."); struct dirent *e; int n = 0;
    while ((e = readdir(d))) if (e->d_name[0] != '.') { puts(e->d_name); n++; }
    closedir(d); printf("%d entries\n", n);
    if (!fopen("/etc/passwd", "r")) puts(strerror(errno));
    remove("here.txt"); chdir(".."); printf("%d\n", rmdir("sub"));
    f = fopen("/tmp/t", "wb"); fwrite("abc", 1, 3, f); fclose(f);
    printf("%d %d\n", access("/tmp/t", F_OK), access("nope", F_OK));
}

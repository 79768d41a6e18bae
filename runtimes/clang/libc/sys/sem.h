// <sys/sem.h>: there is no other process to wait for.
#pragma once
#include <sys/ipc.h>
#define __NEED_time_t
#define __NEED_size_t
#include <bits/alltypes.h>
#define SEM_UNDO 0x1000
#define GETPID 11
#define GETVAL 12
#define GETALL 13
#define GETNCNT 14
#define GETZCNT 15
#define SETVAL 16
#define SETALL 17
#ifdef __cplusplus
extern "C" {
#endif
struct semid_ds {
    struct ipc_perm sem_perm;
    time_t sem_otime, sem_ctime;
    unsigned long sem_nsems;
};
struct sembuf {
    unsigned short sem_num;
    short sem_op;
    short sem_flg;
};
int semget(key_t, int, int);
int semop(int, struct sembuf *, size_t);
int semctl(int, int, int, ...);
#ifdef __cplusplus
}
#endif

/* SPDX-License-Identifier: Apache-2.0
 * The program: its commands and settings, each out of one table.
 */
#ifndef BO_CLI_CLI_H
#define BO_CLI_CLI_H

/* Runs the program; returns what it exits with: 0 done, 1 it failed, 2 it was called wrongly. */
int bo_cli_run(int count, char **words);

#endif

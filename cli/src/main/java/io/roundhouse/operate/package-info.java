/** Commands for operators of running jobs, and how a job is followed. */
package io.roundhouse.operate;

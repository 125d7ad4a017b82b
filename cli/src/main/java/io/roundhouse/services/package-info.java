/** Temporal and an S3 server as processes of this machine: found or installed, started, watched. */
package io.roundhouse.services;

/**
 * The gateway: the one TLS port that sites and operators reach. Behind it are Temporal and the
 * store; every call is decided by the caller's certificate, and every decision is on record.
 */
package io.roundhouse.gateway;

/** The server's activities: what is done with the store between rounds. */
package io.roundhouse.server;

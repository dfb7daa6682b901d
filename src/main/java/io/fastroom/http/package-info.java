/**
 * REST, from {@code openapi.yaml}: the contract makes the routes, one {@code *Operations} class for each tag answers,
 * {@code BodyRule} and {@code ParameterRule} check the input, one {@code ProblemHandler} answers errors. Also the web
 * client and the documentation.
 *
 * <p>Thread: the event loop of the edge that deploys it. Who may call in: the edge. It must not know: SQL, Redis,
 * sockets.
 */
package io.fastroom.http;

/**
 * Everything that can be set, read and checked once at the start: {@code Setting} is the list, {@code SettingsReader}
 * the only reader, {@code Settings} the immutable result. {@code DatabaseUrl} and {@code RedisUrl} say what a URL
 * means.
 *
 * <p>Thread: any; nothing changes after the start. Who may call in: everybody. It must not know: what is done with a
 * value.
 */
package io.fastroom.settings;

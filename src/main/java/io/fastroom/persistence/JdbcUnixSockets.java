package io.fastroom.persistence;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import javax.net.SocketFactory;

/** Unix sockets for the JDBC driver, which knows only {@link Socket}. Created by the driver. */
public final class JdbcUnixSockets extends SocketFactory {
  private final Path path;

  public JdbcUnixSockets(String path) {
    this.path = Path.of(path);
  }

  @Override
  public Socket createSocket() throws IOException {
    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      channel.connect(UnixDomainSocketAddress.of(path));
    } catch (IOException e) {
      channel.close();
      throw new IOException(path + ": " + e.getMessage(), e);
    }
    return new UnixSocket(channel);
  }

  @Override
  public Socket createSocket(String host, int port) throws IOException {
    return createSocket();
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress localHost, int localPort) throws IOException {
    return createSocket();
  }

  @Override
  public Socket createSocket(InetAddress host, int port) throws IOException {
    return createSocket();
  }

  @Override
  public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort) throws IOException {
    return createSocket();
  }

  /** Only what the driver uses of a socket; TCP options have no effect. */
  private static final class UnixSocket extends Socket {
    private final SocketChannel channel;
    private final InputStream in;
    private final OutputStream out;

    UnixSocket(SocketChannel channel) {
      this.channel = channel;
      this.in = Channels.newInputStream(channel);
      this.out = Channels.newOutputStream(channel);
    }

    @Override
    public boolean isConnected() {
      return channel.isConnected();
    }

    @Override
    public boolean isClosed() {
      return !channel.isOpen();
    }

    @Override
    public void connect(SocketAddress endpoint, int timeout) { }

    @Override
    public InputStream getInputStream() {
      return in;
    }

    @Override
    public OutputStream getOutputStream() {
      return out;
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }

    @Override
    public void setTcpNoDelay(boolean on) { }

    @Override
    public void setKeepAlive(boolean on) { }

    @Override
    public void setSoTimeout(int timeout) { }

    @Override
    public int getSoTimeout() {
      return 0;
    }

    @Override
    public void setSendBufferSize(int size) { }

    @Override
    public int getSendBufferSize() {
      return 8192;
    }

    @Override
    public void setReceiveBufferSize(int size) { }

    @Override
    public int getReceiveBufferSize() {
      return 8192;
    }
  }
}

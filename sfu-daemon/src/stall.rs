//! A stream that gives up on a peer who does not read.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep};

use crate::limits::{STALL_BYTES_MIN, STALL_MAX};
use crate::telemetry;

/// Wraps a stream: while a write waits, the peer must take [`STALL_BYTES_MIN`] in each [`STALL_MAX`], or the stream fails with `TimedOut`.
#[derive(Debug)]
pub(crate) struct Stall<S, H> {
    stream: S,
    /// What the stream occupies, such as a place among the connections: given back with it, even if it has become a WebSocket meanwhile.
    _held: H,
    waiting: Option<Pin<Box<Sleep>>>,
    taken: usize,
}

impl<S, H> Stall<S, H> {
    pub(crate) fn new(stream: S, held: H) -> Self {
        Self { stream, _held: held, waiting: None, taken: 0 }
    }

    /// Looks at the outcome of a write, with how much was offered.
    fn judge(
        &mut self,
        written: Poll<io::Result<usize>>,
        offered: usize,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<usize>> {
        match &written {
            Poll::Ready(Ok(bytes)) if *bytes == offered => {
                self.waiting = None;
                return written;
            }
            Poll::Ready(Ok(bytes)) => self.taken += bytes,
            Poll::Ready(Err(_)) => return written,
            Poll::Pending => {}
        }
        let taken = &mut self.taken;
        let waiting = self.waiting.get_or_insert_with(|| {
            *taken = 0;
            Box::pin(sleep(STALL_MAX))
        });
        if waiting.as_mut().poll(cx).is_ready() {
            if self.taken < STALL_BYTES_MIN {
                telemetry::limit_reached("stalled_write");
                return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
            }
            self.taken = 0;
            waiting.as_mut().reset(Instant::now() + STALL_MAX);
            // Polled so that it wakes this task; it has just been set, so that it cannot be due.
            let _not_due = waiting.as_mut().poll(cx);
        }
        written
    }
}

impl<S: AsyncRead + Unpin, H: Unpin> AsyncRead for Stall<S, H> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl<S: AsyncWrite + Unpin, H: Unpin> AsyncWrite for Stall<S, H> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, buf);
        self.judge(written, buf.len(), cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, bufs);
        self.judge(written, bufs.iter().map(|buf| buf.len()).sum(), cx)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, duplex};

    #[tokio::test(start_paused = true)]
    async fn a_peer_that_does_not_read_is_given_up() {
        let (ours, _theirs) = duplex(1024);
        let began = Instant::now();
        let error = Stall::new(ours, ()).write_all(&[0; 4096]).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        assert_eq!(began.elapsed(), STALL_MAX);
    }

    #[tokio::test(start_paused = true)]
    async fn a_trickle_is_not_enough() {
        let (ours, mut theirs) = duplex(1024);
        let trickle = tokio::spawn(async move {
            while theirs.read_u8().await.is_ok() {
                sleep(std::time::Duration::from_millis(500)).await;
            }
        });
        assert!(Stall::new(ours, ()).write_all(&[0; 65536]).await.is_err());
        trickle.await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_but_honest_reader_is_served() {
        let (ours, mut theirs) = duplex(4096);
        let reader = tokio::spawn(async move {
            let (mut all, mut chunk) = (0, [0; 4096]);
            while let Ok(bytes @ 1..) = theirs.read(&mut chunk).await {
                all += bytes;
                sleep(std::time::Duration::from_secs(1)).await;
            }
            all
        });
        let mut stall = Stall::new(ours, ());
        stall.write_all(&[0; 200_000]).await.unwrap();
        drop(stall);
        assert_eq!(reader.await.unwrap(), 200_000);
    }
}

//! The server.

use std::fs;
use std::net::SocketAddr;
use std::time::Duration;

use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use s3s::auth::SimpleAuth;
use s3s::service::{S3Service, S3ServiceBuilder};
use s3s_fs::FileSystem;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

use crate::store::{Error, Login};

/// A server of S3 with one bucket, which listens on a free port of the loopback interface and keeps
/// objects in a temporary directory. It ends when it is dropped.
pub struct S3Server {
    pub(crate) login: Login,
    /// The threads of the server, and those of the clients' requests.
    pub(crate) runtime: Runtime,
    _directory: TempDir,
}

impl S3Server {
    /// Starts the server.
    ///
    /// # Errors
    /// [`Error`] if no port or no directory can be used.
    pub fn start() -> Result<Self, Error> {
        let directory = tempfile::tempdir()?;
        let login = Login::new("fields");
        fs::create_dir(directory.path().join(&login.bucket))?;
        let files = FileSystem::new(directory.path()).map_err(|error| format!("{error:?}"))?;
        let mut service = S3ServiceBuilder::new(files);
        service.set_auth(SimpleAuth::from_single(&*login.key, &*login.secret));

        let runtime = Runtime::new()?;
        let listener =
            runtime.block_on(TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))))?;
        let endpoint = format!("http://{}", listener.local_addr()?);
        runtime.spawn(serve(listener, service.build()));
        Ok(Self {
            login: Login { endpoint, ..login },
            runtime,
            _directory: directory,
        })
    }
}

/// Answers requests until the runtime ends.
async fn serve(listener: TcpListener, service: S3Service) {
    loop {
        // A connection that cannot be accepted is the client's to report.
        let Ok((socket, _)) = listener.accept().await else {
            tokio::time::sleep(Duration::from_millis(10)).await;
            continue;
        };
        let service = service.clone();
        tokio::spawn(async move {
            let builder = Builder::new(TokioExecutor::new());
            // Clients close connections when they like.
            let _ = builder
                .serve_connection(TokioIo::new(socket), service)
                .await;
        });
    }
}

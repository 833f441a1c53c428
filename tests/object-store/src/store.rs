//! Stores of Zarr in the bucket of a server.

use std::sync::Arc;
use std::time::Duration;

use object_store::aws::AmazonS3Builder;
use object_store::{ClientOptions, RetryConfig};
use tokio::runtime::Handle;
use zarrs::storage::ReadableWritableListableStorage;
use zarrs::storage::storage_adapter::async_to_sync::{
    AsyncToSyncBlockOn, AsyncToSyncStorageAdapter,
};
use zarrs_object_store::AsyncObjectStore;

use crate::S3Server;

/// The error of a server or a client.
pub type Error = Box<dyn std::error::Error + Send + Sync>;

/// The address of a bucket, and the key to it.
#[derive(Clone)]
pub(crate) struct Login {
    pub(crate) endpoint: String,
    pub(crate) bucket: String,
    pub(crate) key: String,
    pub(crate) secret: String,
}

impl Login {
    pub(crate) fn new(bucket: &str) -> Self {
        Self {
            endpoint: String::new(),
            bucket: bucket.to_owned(),
            key: "key-of-tests".to_owned(),
            secret: "secret-of-tests".to_owned(),
        }
    }
}

/// Waits for requests in a thread that runs no other task.
struct Wait(Handle);

impl AsyncToSyncBlockOn for Wait {
    fn block_on<F: Future>(&self, future: F) -> F::Output {
        self.0.block_on(future)
    }
}

impl S3Server {
    /// Returns the store of a new client, with connections of its own. A request that takes longer
    /// than ten seconds is an error.
    ///
    /// # Errors
    /// [`Error`] if the client cannot be created.
    pub fn client(&self) -> Result<ReadableWritableListableStorage, Error> {
        self.client_with_secret(&self.login.secret)
    }

    /// Returns the store of a client with another secret.
    ///
    /// # Errors
    /// [`Error`] if the client cannot be created.
    pub fn client_with_secret(
        &self,
        secret: &str,
    ) -> Result<ReadableWritableListableStorage, Error> {
        // The client wants to know how it would encrypt, although the server does not. A second client
        // finds the provider of the first.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let retry = RetryConfig {
            max_retries: 2,
            retry_timeout: Duration::from_secs(20),
            ..RetryConfig::default()
        };
        let client = AmazonS3Builder::new()
            .with_endpoint(&self.login.endpoint)
            .with_bucket_name(&self.login.bucket)
            .with_region("us-east-1")
            .with_access_key_id(&self.login.key)
            .with_secret_access_key(secret)
            .with_allow_http(true)
            .with_retry(retry)
            .with_client_options(
                ClientOptions::new()
                    .with_allow_http(true)
                    .with_timeout(Duration::from_secs(10)),
            )
            .build()?;
        let store = Arc::new(AsyncObjectStore::new(client));
        let wait = Wait(self.runtime.handle().clone());
        Ok(Arc::new(AsyncToSyncStorageAdapter::new(store, wait)))
    }
}

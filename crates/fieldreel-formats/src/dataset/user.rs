//! Types that a file defines, and their values.

use super::VariableType;

/// A type that a file defines.
///
/// ```
/// # #[cfg(feature = "netcdf-crate")] {
/// use fieldreel_formats::dataset::{DatasetSource, TypeClass, VariableType};
/// use fieldreel_formats::{Limits, NetcdfDataset};
/// # use netcdf::types::{CompoundType, CompoundTypeField, FloatType, NcVariableType};
///
/// # let field = |name: &str, offset| CompoundTypeField {
/// #     name: name.to_owned(),
/// #     basetype: NcVariableType::Float(FloatType::F32),
/// #     arraydims: None,
/// #     offset,
/// # };
/// # let wind = NcVariableType::Compound(CompoundType {
/// #     name: "wind".to_owned(),
/// #     size: 8,
/// #     fields: vec![field("u", 0), field("v", 4)],
/// # });
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("wind.nc");
/// # netcdf::create(&path)?.add_type_from_descriptor(wind)?;
/// // The file defines the compound type `wind` of two `f32`, `u` and `v`.
/// let file = NetcdfDataset::open(&path, &Limits::default())?;
/// let wind = &file.schema().types[0];
/// assert_eq!((wind.name.as_str(), wind.bytes), ("wind", 8));
/// let TypeClass::Compound { fields } = &wind.class else { panic!("{wind:?}") };
/// assert_eq!((fields[1].name.as_str(), fields[1].offset), ("v", 4));
/// assert_eq!(fields[1].kind, VariableType::F32);
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct UserType {
    /// The name of the type.
    pub name: String,
    /// The group that defines the type, an index into [`Schema::groups`](super::Schema::groups).
    pub group: usize,
    /// The number of bytes of a value in memory as C lays it out, with padding; for
    /// [`TypeClass::Vlen`], that of a count and a pointer.
    pub bytes: usize,
    /// The class of the type, with its components.
    pub class: TypeClass,
}

/// The class of a type that a file defines.
///
/// ```
/// # #[cfg(feature = "netcdf-crate")] {
/// use fieldreel_formats::dataset::{DatasetSource, TypeClass, VariableType};
/// use fieldreel_formats::{Limits, NetcdfDataset};
/// # use netcdf::types::{EnumType, EnumTypeValues, NcVariableType};
///
/// # let cloud = NcVariableType::Enum(EnumType {
/// #     name: "cloud".to_owned(),
/// #     fieldnames: ["clear", "cumulus"].map(str::to_owned).to_vec(),
/// #     fieldvalues: EnumTypeValues::U8(vec![0, 2]),
/// # });
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("clouds.nc");
/// # netcdf::create(&path)?.add_type_from_descriptor(cloud)?;
/// // The file defines the type `cloud`: `clear` is 0, and `cumulus` is 2.
/// let file = NetcdfDataset::open(&path, &Limits::default())?;
/// let members = [("clear".to_owned(), 0), ("cumulus".to_owned(), 2)].to_vec();
/// let expected = TypeClass::Enum { base: VariableType::U8, members };
/// assert_eq!(file.schema().types[0].class, expected);
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum TypeClass {
    /// An enumeration: integers with names.
    Enum {
        /// The type of the integers.
        base: VariableType,
        /// The names and integers of the members, in order.
        members: Vec<(String, i128)>,
    },
    /// A compound: fields of several types, in order.
    Compound {
        /// The fields.
        fields: Vec<CompoundField>,
    },
    /// Bytes without an interpretation.
    Opaque,
    /// A variable number of values of another type.
    Vlen {
        /// The type of the values.
        element: VariableType,
    },
}

/// A field of a compound type.
///
/// See the example of [`UserType`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CompoundField {
    /// The name of the field.
    pub name: String,
    /// The offset of the first byte in memory, as C lays it out.
    pub offset: usize,
    /// The type of the values.
    pub kind: VariableType,
    /// The lengths of the dimensions, slowest first; empty for a single value.
    pub shape: Vec<usize>,
}

/// Values of a type that a file defines, in sequence without padding, in native byte order.
///
/// A compound value is the sequence of its fields. A variable-length value and a text are a 64-bit
/// count, followed by that number of values or bytes. The count of a null text is `u64::MAX`.
///
/// ```
/// # #[cfg(feature = "netcdf-crate")] {
/// use fieldreel_formats::dataset::{DatasetSource, VariableValues};
/// use fieldreel_formats::{Limits, NetcdfDataset};
/// # use netcdf::types::{NcTypeDescriptor, NcVariableType, OpaqueType};
///
/// # #[repr(transparent)]
/// # #[derive(Clone, Copy)]
/// # struct Pair([u8; 2]);
/// # // SAFETY: a value is two bytes.
/// # unsafe impl NcTypeDescriptor for Pair {
/// #     fn type_descriptor() -> NcVariableType {
/// #         NcVariableType::Opaque(OpaqueType { name: "pair".to_owned(), size: 2 })
/// #     }
/// # }
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("pairs.nc");
/// # let mut file = netcdf::create(&path)?;
/// # file.add_type::<Pair>()?;
/// # file.add_dimension("x", 2)?;
/// # let mut pairs = file.add_variable::<Pair>("pairs", &["x"])?;
/// # pairs.put_values(&[Pair([1, 2]), Pair([3, 4])], ..)?;
/// # file.close()?;
/// // The file has a variable of two values of an opaque type, of two bytes each.
/// let file = NetcdfDataset::open(&path, &Limits::default())?;
/// let VariableValues::User(values) = file.read(0, &[0], &[2])? else { panic!("no user type") };
/// assert_eq!((values.len(), values.as_bytes()), (2, &[1, 2, 3, 4][..]));
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserValues {
    pub(crate) kind: VariableType,
    pub(crate) len: usize,
    pub(crate) bytes: Vec<u8>,
}

impl UserValues {
    /// Returns the number of values.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Returns true if there are no values.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Returns the type of the values.
    #[must_use]
    pub fn kind(&self) -> VariableType {
        self.kind
    }

    /// Returns the bytes of all values.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }
}

/// Returns true if values of a type point to data elsewhere: texts and variable-length values.
pub(crate) fn has_pointers(types: &[UserType], kind: VariableType) -> bool {
    let class = match kind {
        VariableType::Text => return true,
        VariableType::User { index, .. } => types.get(index).map(|found| &found.class),
        _ => return false,
    };
    match class {
        Some(TypeClass::Vlen { .. }) => true,
        Some(TypeClass::Compound { fields }) => {
            fields.iter().any(|field| has_pointers(types, field.kind))
        }
        _ => false,
    }
}

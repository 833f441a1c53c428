//! Generation of random files with netcdf-c.

use std::ffi::{CString, c_int};
use std::path::Path;
use std::ptr;

use netcdf_sys as nc;

use super::file_content::check;
use super::random::Random;
use super::value_types::{Data, ValueType, define_types};
use super::values::{ValidityAttributes, field, floats, random_validity};

/// The largest number of values of a variable.
const MAX_VALUES: f64 = 60_000.0;

/// Prefixes of names. Some have a meaning in patterns, shells and CDL.
const NAMES: [&str; 8] = ["v", "t", "été", "a b", "x-y.z", "q[0]*", "µ", "_u"];

/// A generated file.
pub(crate) struct Generated {
    /// True if each variable has its own byte order.
    pub(crate) is_netcdf4: bool,
}

/// A dimension with the length to which variables are written.
#[derive(Clone)]
struct Dimension {
    id: c_int,
    name: String,
    len: usize,
    is_unlimited: bool,
}

/// Values that are written after all definitions.
struct Pending {
    group: c_int,
    variable: c_int,
    count: Vec<usize>,
    data: Data,
}

struct Generator<'a> {
    random: &'a mut Random,
    is_netcdf4: bool,
    /// True if only one dimension may be unlimited, which has to be the first of a variable.
    is_classic: bool,
    types: Vec<ValueType>,
    pending: Vec<Pending>,
    names: usize,
}

/// Writes a random file.
pub(crate) fn generate(path: &Path, random: &mut Random) -> Result<Generated, String> {
    let mode = random.pick(&[
        nc::NC_NETCDF4,
        nc::NC_NETCDF4,
        nc::NC_NETCDF4,
        nc::NC_NETCDF4 | nc::NC_CLASSIC_MODEL,
        0,
        nc::NC_64BIT_OFFSET,
        nc::NC_64BIT_DATA,
    ]);
    let is_netcdf4 = mode & nc::NC_NETCDF4 != 0;
    let mut kinds = vec![
        ValueType::Byte,
        ValueType::Char,
        ValueType::Short,
        ValueType::Int,
    ];
    if mode == nc::NC_NETCDF4 || mode == nc::NC_64BIT_DATA {
        kinds.extend([
            ValueType::Ubyte,
            ValueType::Ushort,
            ValueType::Uint,
            ValueType::Int64,
            ValueType::Uint64,
        ]);
    }
    let _lock = nc::libnetcdf_lock.lock();
    let path = CString::new(path.to_str().unwrap()).unwrap();
    let mut file = 0;
    // SAFETY: the name is NUL-terminated; identifiers are from netcdf-c, and used while the file
    // is open.
    unsafe {
        check("create", nc::nc_create(path.as_ptr(), mode, &mut file))?;
        if mode == nc::NC_NETCDF4 {
            kinds.push(ValueType::String);
            if random.one_in(5) {
                kinds.extend(define_types(file, random)?);
            }
        }
        let mut generator = Generator {
            random,
            is_netcdf4,
            is_classic: mode != nc::NC_NETCDF4,
            types: kinds,
            pending: Vec::new(),
            names: 0,
        };
        generator.group(file, &[], 0)?;
        check("end definitions", nc::nc_enddef(file))?;
        for pending in &generator.pending {
            pending
                .data
                .put(pending.group, pending.variable, &pending.count)?;
        }
        check("close", nc::nc_close(file))?;
        Ok(Generated { is_netcdf4 })
    }
}

impl Generator<'_> {
    fn name(&mut self) -> String {
        self.names += 1;
        format!("{}{}", self.random.pick(&NAMES), self.names)
    }

    /// Defines random dimensions, attributes, variables and inner groups in a group.
    ///
    /// # Safety
    /// `id` is the identifier of an open group.
    unsafe fn group(&mut self, id: c_int, outer: &[Dimension], depth: usize) -> Result<(), String> {
        let mut dimensions = outer.to_vec();
        // SAFETY: the identifier is of an open group; names are NUL-terminated.
        unsafe {
            for _ in 0..self.random.below(5) {
                let dimension = self.dimension(id, &dimensions)?;
                dimensions.push(dimension);
            }
            self.attributes(id, nc::NC_GLOBAL)?;
            for (name, text) in [("history", "generated"), ("Conventions", "CF-1.8")] {
                if depth == 0 && self.random.one_in(2) {
                    put_text(id, nc::NC_GLOBAL, name, text)?;
                }
            }
            for _ in 0..=self.random.below(5) {
                self.variable(id, &dimensions)?;
            }
            let inner = match self.is_classic {
                true => 0,
                false => self.random.below(3).saturating_sub(depth),
            };
            for _ in 0..inner {
                let name = CString::new(self.name()).unwrap();
                let mut group = 0;
                check("group", nc::nc_def_grp(id, name.as_ptr(), &mut group))?;
                self.group(group, &dimensions, depth + 1)?;
            }
        }
        Ok(())
    }

    /// Defines a random dimension.
    ///
    /// # Safety
    /// `group` is the identifier of an open group.
    unsafe fn dimension(
        &mut self,
        group: c_int,
        existing: &[Dimension],
    ) -> Result<Dimension, String> {
        let may_grow = !self.is_classic || existing.iter().all(|other| !other.is_unlimited);
        let is_unlimited = may_grow && self.random.one_in(4);
        let has_long = existing.iter().any(|other| other.len > 100);
        let len = match self.random.below(8) {
            0 if !has_long => 100 + self.random.below(39_901),
            1 if is_unlimited => 0,
            _ => self.random.pick(&[1, 2, 3, 5, 8, 13, 24, 33]),
        };
        let name = self.name();
        let c_name = CString::new(name.clone()).unwrap();
        let (mut id, defined) = (0, if is_unlimited { nc::NC_UNLIMITED } else { len });
        // SAFETY: the name is NUL-terminated.
        check("dimension", unsafe {
            nc::nc_def_dim(group, c_name.as_ptr(), defined, &mut id)
        })?;
        Ok(Dimension {
            id,
            name,
            len,
            is_unlimited,
        })
    }

    /// Returns dimensions of a variable of at most [`MAX_VALUES`] values.
    fn dimensions_for(&mut self, dimensions: &[Dimension]) -> Vec<Dimension> {
        if dimensions.is_empty() {
            return Vec::new();
        }
        let rank = self.random.pick(&[0, 1, 1, 2, 2, 3, 3, 3, 4, 4, 5, 6]);
        let mut own: Vec<Dimension> = (0..rank)
            .map(|_| dimensions[self.random.below(dimensions.len())].clone())
            .collect();
        if self.is_classic {
            // An unlimited dimension comes first, and only once.
            let growing = own.iter().find(|dimension| dimension.is_unlimited).cloned();
            own.retain(|dimension| !dimension.is_unlimited);
            own.splice(0..0, growing);
        }
        let values = |own: &[Dimension]| -> f64 {
            own.iter()
                .map(|dimension| dimension.len.max(1) as f64)
                .product()
        };
        while values(&own) > MAX_VALUES {
            let longest = (0..own.len()).max_by_key(|&at| own[at].len).unwrap_or(0);
            own.remove(longest);
        }
        own
    }

    /// Defines a random variable with its attributes, and collects its values.
    ///
    /// # Safety
    /// `group` is the identifier of an open group in which the dimensions are visible.
    unsafe fn variable(&mut self, group: c_int, dimensions: &[Dimension]) -> Result<(), String> {
        let own = self.dimensions_for(dimensions);
        let kind = match self.random.below(5) {
            0 | 1 => ValueType::Float,
            2 => ValueType::Double,
            _ => self.types[self.random.below(self.types.len())].clone(),
        };
        // Some variables have the name of their dimension, like coordinates.
        let name = match own.first() {
            Some(first) if self.random.one_in(5) => first.name.clone(),
            _ => self.name(),
        };
        let name = CString::new(name).unwrap();
        let ids: Vec<c_int> = own.iter().map(|dimension| dimension.id).collect();
        let (mut id, rank) = (0, ids.len() as c_int);
        // SAFETY: the name is NUL-terminated, and the number of identifiers is the rank.
        unsafe {
            let code = nc::nc_def_var(group, name.as_ptr(), kind.id(), rank, ids.as_ptr(), &mut id);
            if code == nc::NC_ENAMEINUSE {
                return Ok(());
            }
            check("variable", code)?;
            let mut count: Vec<usize> = own.iter().map(|dimension| dimension.len).collect();
            let is_whole = !self.random.one_in(8);
            if self.is_netcdf4 {
                self.storage((group, id), &kind, &own, is_whole)?;
            }
            if let (Some(first), false) = (count.first_mut(), is_whole) {
                *first = self.random.below(*first + 1);
            }
            let len = count.iter().product();
            let row = count.last().copied().unwrap_or(1).max(1);
            let values = field(self.random, len, row);
            let validity = random_validity(self.random, &kind, &values);
            put_validity(group, id, &kind, &validity)?;
            self.role_attributes(group, id)?;
            self.attributes(group, id)?;
            if is_whole || len > 0 {
                let data = match kind {
                    ValueType::Float | ValueType::Double => {
                        Data::Bytes(floats(self.random, &kind, &values, &validity))
                    }
                    _ => kind.data(self.random, len),
                };
                self.pending.push(Pending {
                    group,
                    variable: id,
                    count,
                    data,
                });
            }
        }
        Ok(())
    }

    /// Sets a random layout, random filters and a random byte order of a variable.
    ///
    /// # Safety
    /// The identifiers are of an open group and one of its variables.
    unsafe fn storage(
        &mut self,
        (group, id): (c_int, c_int),
        kind: &ValueType,
        own: &[Dimension],
        is_whole: bool,
    ) -> Result<(), String> {
        let may_grow = own.iter().any(|dimension| dimension.is_unlimited);
        let values: usize = own.iter().map(|dimension| dimension.len).product();
        // SAFETY: there is a length for each dimension.
        unsafe {
            if own.is_empty() {
                return Ok(());
            }
            let none = ptr::null();
            match self.random.below(5) {
                0 if !may_grow => {
                    check(
                        "contiguous",
                        nc::nc_def_var_chunking(group, id, nc::NC_CONTIGUOUS, none),
                    )?;
                }
                1 if !may_grow && values < 4_000 && kind.is_number() => {
                    check(
                        "compact",
                        nc::nc_def_var_chunking(group, id, nc::NC_COMPACT, none),
                    )?;
                }
                2 | 3 => {
                    let sides: Vec<usize> = own
                        .iter()
                        .map(|dimension| match dimension.is_unlimited {
                            true => 1 + self.random.below(16),
                            false => 1 + self.random.below(dimension.len),
                        })
                        .collect();
                    // With smaller chunks, the index of chunks would be most of the file.
                    if values / sides.iter().product::<usize>() < 2_000 {
                        let sides = sides.as_ptr();
                        check(
                            "chunks",
                            nc::nc_def_var_chunking(group, id, nc::NC_CHUNKED, sides),
                        )?;
                    }
                    if kind.is_number() && self.random.one_in(2) {
                        let shuffle = c_int::from(self.random.one_in(2));
                        check("deflate", nc::nc_def_var_deflate(group, id, shuffle, 1, 2))?;
                    }
                    if kind.is_number() && self.random.one_in(4) {
                        check(
                            "sum",
                            nc::nc_def_var_fletcher32(group, id, nc::NC_FLETCHER32),
                        )?;
                    }
                }
                _ => {}
            }
            if kind.is_number() {
                let order = self.random.pick(&[
                    nc::NC_ENDIAN_NATIVE,
                    nc::NC_ENDIAN_LITTLE,
                    nc::NC_ENDIAN_BIG,
                ]);
                check("byte order", nc::nc_def_var_endian(group, id, order))?;
                // Without a fill value, values that are not written are undefined.
                if is_whole && !may_grow && self.random.one_in(12) {
                    check(
                        "no fill",
                        nc::nc_def_var_fill(group, id, nc::NC_NOFILL, none.cast()),
                    )?;
                }
            }
        }
        Ok(())
    }

    /// Writes attributes that define the role of a variable.
    ///
    /// # Safety
    /// The identifiers are of an open group and one of its variables.
    unsafe fn role_attributes(&mut self, group: c_int, id: c_int) -> Result<(), String> {
        let (name, text) = match self.random.below(32) {
            0 => ("units", "degrees_north"),
            1 => ("units", "days since 2000-01-01"),
            2 => ("axis", "Z"),
            3 => ("coordinates", "v1 v2 t3 v4"),
            4 => ("bounds", "v2"),
            5 => ("_Unsigned", "true"),
            6 => ("units", ""),
            7 => ("long_name", "température ☀"),
            _ => ("units", "K"),
        };
        // SAFETY: as the caller says.
        unsafe { put_text(group, id, name, text) }
    }

    /// Writes attributes of any type and of several lengths, including 0.
    ///
    /// # Safety
    /// The identifiers are of an open group and one of its variables, or `NC_GLOBAL`.
    unsafe fn attributes(&mut self, group: c_int, id: c_int) -> Result<(), String> {
        for _ in 0..self.random.below(4) {
            let name = self.name();
            let len = self.random.pick(&[0, 1, 1, 2, 5, 40]);
            let at = self.random.below(self.types.len() + 2);
            let kind = self.types.get(at).cloned().unwrap_or(ValueType::Double);
            // netcdf-c does not distinguish a string attribute of length 0 from a null string.
            let len = match kind {
                ValueType::String | ValueType::Opaque { .. } => len.max(1),
                _ => len,
            };
            let data = kind.data(self.random, len);
            // SAFETY: as the caller says.
            unsafe { data.put_attribute(group, id, &name, &kind, len)? };
        }
        Ok(())
    }
}

/// Writes an attribute of characters.
///
/// # Safety
/// The identifiers are of an open group and one of its variables, or `NC_GLOBAL`.
unsafe fn put_text(group: c_int, id: c_int, name: &str, text: &str) -> Result<(), String> {
    let data = Data::Bytes(text.as_bytes().to_vec());
    // SAFETY: as the caller says.
    unsafe { data.put_attribute(group, id, name, &ValueType::Char, text.len()) }
}

/// Writes the attributes that define missing values, valid ranges and packing.
///
/// # Safety
/// The identifiers are of an open group and one of its variables, which is of this type.
unsafe fn put_validity(
    group: c_int,
    id: c_int,
    kind: &ValueType,
    validity: &ValidityAttributes,
) -> Result<(), String> {
    for (name, of, bytes) in validity.attributes(kind) {
        let len = bytes.len() / of.bytes();
        // SAFETY: as the caller says.
        unsafe { Data::Bytes(bytes).put_attribute(group, id, name, &of, len)? };
    }
    Ok(())
}

//! The content of a file, read by netcdf-c alone.

use std::ffi::{CStr, CString, c_char, c_int};
use std::path::Path;
use std::ptr;

use netcdf_sys as nc;

/// Converts a status code of netcdf-c into an error with the name of the call.
pub(crate) fn check(label: &str, code: c_int) -> Result<(), String> {
    if code == nc::NC_NOERR {
        return Ok(());
    }
    // SAFETY: netcdf-c gives a constant text for every code.
    let text = unsafe { CStr::from_ptr(nc::nc_strerror(code)) };
    Err(format!("{label}: {}", text.to_string_lossy()))
}

/// Values as the bytes that netcdf-c returns. The bytes of a string are its characters.
pub(crate) type Values = Vec<Vec<u8>>;

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Attribute {
    pub(crate) name: String,
    pub(crate) kind: String,
    pub(crate) values: Values,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Dimension {
    pub(crate) name: String,
    pub(crate) len: usize,
    pub(crate) is_unlimited: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Variable {
    pub(crate) name: String,
    /// The name of a type, or the definition of a user-defined type.
    pub(crate) kind: String,
    /// One of `NC_ENDIAN_*`.
    pub(crate) byte_order: c_int,
    /// The dimensions, slowest first.
    pub(crate) dimensions: Vec<Dimension>,
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) values: Values,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Group {
    pub(crate) name: String,
    pub(crate) types: Vec<String>,
    pub(crate) dimensions: Vec<Dimension>,
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) variables: Vec<Variable>,
    pub(crate) groups: Vec<Group>,
}

impl Variable {
    pub(crate) fn attribute(&self, name: &str) -> Option<&Attribute> {
        let mut all = self.attributes.iter();
        all.find(|attribute| attribute.name == name)
    }
}

impl Attribute {
    /// Returns the text of an attribute of characters.
    pub(crate) fn text(&self) -> Option<String> {
        let text: Vec<u8> = self.values.concat();
        (self.kind == "char").then(|| String::from_utf8_lossy(&text).into_owned())
    }

    /// Returns the numbers of a numeric attribute; none for other types.
    pub(crate) fn numbers(&self) -> Vec<f64> {
        let all = self.values.iter();
        all.filter_map(|bytes| number(&self.kind, bytes)).collect()
    }
}

/// Converts a value of a numeric type to a number.
pub(crate) fn number(kind: &str, bytes: &[u8]) -> Option<f64> {
    Some(match kind {
        "byte" => f64::from(i8::from_ne_bytes(bytes.try_into().ok()?)),
        "ubyte" => f64::from(u8::from_ne_bytes(bytes.try_into().ok()?)),
        "short" => f64::from(i16::from_ne_bytes(bytes.try_into().ok()?)),
        "ushort" => f64::from(u16::from_ne_bytes(bytes.try_into().ok()?)),
        "int" => f64::from(i32::from_ne_bytes(bytes.try_into().ok()?)),
        "uint" => f64::from(u32::from_ne_bytes(bytes.try_into().ok()?)),
        "int64" => i64::from_ne_bytes(bytes.try_into().ok()?) as f64,
        "uint64" => u64::from_ne_bytes(bytes.try_into().ok()?) as f64,
        "float" => f64::from(f32::from_ne_bytes(bytes.try_into().ok()?)),
        "double" => f64::from_ne_bytes(bytes.try_into().ok()?),
        _ => return None,
    })
}

/// Reads the content of a file.
pub(crate) fn read(path: &Path) -> Result<Group, String> {
    let _lock = nc::libnetcdf_lock.lock();
    let path = CString::new(path.to_str().unwrap()).unwrap();
    let mut file = 0;
    // SAFETY: the name is NUL-terminated; identifiers are from netcdf-c, and used while the file
    // is open.
    unsafe {
        check("open", nc::nc_open(path.as_ptr(), 0, &mut file))?;
        let content = group(file);
        check("close", nc::nc_close(file))?;
        content
    }
}

/// A buffer for a name.
type NameBuffer = [c_char; nc::NC_MAX_NAME as usize + 1];
const EMPTY: NameBuffer = [0; _];

fn name_in(buffer: &NameBuffer) -> String {
    // SAFETY: netcdf-c terminates every name with a NUL within this length.
    let name = unsafe { CStr::from_ptr(buffer.as_ptr()) };
    name.to_string_lossy().into_owned()
}

/// Returns identifiers from a function that is called once for their number and once for the
/// identifiers.
fn identifiers(
    label: &str,
    get: impl Fn(*mut c_int, *mut c_int) -> c_int,
) -> Result<Vec<c_int>, String> {
    let mut count = 0;
    check(label, get(&mut count, ptr::null_mut()))?;
    let mut all = vec![0; count as usize];
    check(label, get(&mut count, all.as_mut_ptr()))?;
    Ok(all)
}

/// Reads a group with all that it contains.
///
/// # Safety
/// `id` is the identifier of an open group.
unsafe fn group(id: c_int) -> Result<Group, String> {
    // SAFETY: identifiers are from netcdf-c; buffers are large enough.
    unsafe {
        let mut name = EMPTY;
        check("group", nc::nc_inq_grpname(id, name.as_mut_ptr()))?;
        let types = identifiers("types", |count, all| nc::nc_inq_typeids(id, count, all))?;
        let types = types.into_iter().map(|kind| definition(id, kind));
        let mut dimensions = Vec::new();
        for number in identifiers("dimensions", |count, all| {
            nc::nc_inq_dimids(id, count, all, 0)
        })? {
            dimensions.push(dimension(id, number)?);
        }
        let variables = identifiers("variables", |count, all| nc::nc_inq_varids(id, count, all))?;
        let variables = variables.into_iter().map(|number| variable(id, number));
        let groups = identifiers("groups", |count, all| nc::nc_inq_grps(id, count, all))?;
        Ok(Group {
            name: name_in(&name),
            types: types.collect::<Result<_, _>>()?,
            dimensions,
            attributes: attributes(id, nc::NC_GLOBAL)?,
            variables: variables.collect::<Result<_, _>>()?,
            groups: groups
                .into_iter()
                .map(|id| group(id))
                .collect::<Result<_, _>>()?,
        })
    }
}

/// Reads a dimension.
///
/// # Safety
/// The identifiers are of an open group and of a dimension that is visible in it.
unsafe fn dimension(group: c_int, id: c_int) -> Result<Dimension, String> {
    let (mut name, mut len) = (EMPTY, 0);
    // SAFETY: buffers are large enough.
    unsafe {
        check(
            "dimension",
            nc::nc_inq_dim(group, id, name.as_mut_ptr(), &mut len),
        )?;
        // Only the group that defines a dimension lists it as unlimited.
        let mut at = group;
        let is_unlimited = loop {
            let own = identifiers("unlimited", |count, all| {
                nc::nc_inq_unlimdims(at, count, all)
            })?;
            let mut outer = 0;
            if own.contains(&id) {
                break true;
            }
            if nc::nc_inq_grp_parent(at, &mut outer) != nc::NC_NOERR {
                break false;
            }
            at = outer;
        };
        Ok(Dimension {
            name: name_in(&name),
            len,
            is_unlimited,
        })
    }
}

/// Reads a variable with its attributes and values.
///
/// # Safety
/// The identifiers are of an open group and of one of its variables.
unsafe fn variable(group: c_int, id: c_int) -> Result<Variable, String> {
    let (mut name, mut kind, mut rank, mut byte_order) = (EMPTY, 0, 0, 0);
    let mut own = [0; nc::NC_MAX_VAR_DIMS as usize];
    // SAFETY: buffers are large enough.
    unsafe {
        check(
            "variable",
            nc::nc_inq_var(
                group,
                id,
                name.as_mut_ptr(),
                &mut kind,
                &mut rank,
                own.as_mut_ptr(),
                ptr::null_mut(),
            ),
        )?;
        // Classic files have a fixed byte order.
        match nc::nc_inq_var_endian(group, id, &mut byte_order) {
            nc::NC_ENOTNC4 => {}
            code => check("byte order", code)?,
        }
        let own = own[..rank as usize].iter();
        let dimensions: Vec<Dimension> = own
            .map(|&id| dimension(group, id))
            .collect::<Result<_, _>>()?;
        let count = dimensions.iter().map(|dimension| dimension.len).product();
        let values = values(group, kind, count, |to| nc::nc_get_var(group, id, to))?;
        Ok(Variable {
            name: name_in(&name),
            kind: definition(group, kind)?,
            byte_order,
            dimensions,
            attributes: attributes(group, id)?,
            values,
        })
    }
}

/// Reads the attributes of a variable or of a group.
///
/// # Safety
/// The identifiers are of an open group and of one of its variables, or `NC_GLOBAL`.
unsafe fn attributes(group: c_int, variable: c_int) -> Result<Vec<Attribute>, String> {
    let mut count = 0;
    // SAFETY: buffers are large enough.
    unsafe {
        check(
            "attributes",
            nc::nc_inq_varnatts(group, variable, &mut count),
        )?;
        (0..count)
            .map(|number| {
                let (mut name, mut kind, mut len) = (EMPTY, 0, 0);
                let place = name.as_mut_ptr();
                check(
                    "attribute",
                    nc::nc_inq_attname(group, variable, number, place),
                )?;
                let place = name.as_ptr();
                let code = nc::nc_inq_att(group, variable, place, &mut kind, &mut len);
                check("attribute", code)?;
                let get = |to| nc::nc_get_att(group, variable, place, to);
                Ok(Attribute {
                    name: name_in(&name),
                    kind: definition(group, kind)?,
                    values: values(group, kind, len, get)?,
                })
            })
            .collect()
    }
}

/// Returns the values that `get` writes into memory.
///
/// # Safety
/// `get` writes `count` values of this type of the group.
unsafe fn values(
    group: c_int,
    kind: nc::nc_type,
    count: usize,
    get: impl FnOnce(*mut std::ffi::c_void) -> c_int,
) -> Result<Values, String> {
    if count == 0 {
        return Ok(Vec::new());
    }
    let mut size = 0;
    // SAFETY: buffers have room for all values; strings and sequences are freed once by netcdf-c.
    unsafe {
        check(
            "type",
            nc::nc_inq_type(group, kind, ptr::null_mut(), &mut size),
        )?;
        if kind == nc::NC_STRING {
            let mut texts: Vec<*mut c_char> = vec![ptr::null_mut(); count];
            check("values", get(texts.as_mut_ptr().cast()))?;
            let all = texts.iter().map(|&text| match text.is_null() {
                // A string that was never written counts as empty.
                true => Vec::new(),
                false => CStr::from_ptr(text).to_bytes().to_vec(),
            });
            let all = all.collect();
            check("free", nc::nc_free_string(count, texts.as_mut_ptr()))?;
            return Ok(all);
        }
        let (mut base, mut base_size, mut class) = (0, 0, 0);
        if kind > nc::NC_MAX_ATOMIC_TYPE {
            let (name, fields) = (ptr::null_mut(), ptr::null_mut());
            let code =
                nc::nc_inq_user_type(group, kind, name, &mut size, &mut base, fields, &mut class);
            check("type", code)?;
        }
        if class == nc::NC_VLEN {
            check(
                "type",
                nc::nc_inq_type(group, base, ptr::null_mut(), &mut base_size),
            )?;
            let empty = || nc::nc_vlen_t {
                len: 0,
                p: ptr::null_mut(),
            };
            let mut sequences: Vec<nc::nc_vlen_t> = (0..count).map(|_| empty()).collect();
            check("values", get(sequences.as_mut_ptr().cast()))?;
            let all = sequences.iter().map(|sequence| match sequence.len {
                0 => Vec::new(),
                len => {
                    std::slice::from_raw_parts(sequence.p.cast::<u8>(), len * base_size).to_vec()
                }
            });
            let all = all.collect();
            check("free", nc::nc_free_vlens(count, sequences.as_mut_ptr()))?;
            return Ok(all);
        }
        let mut bytes = vec![0_u8; count * size];
        check("values", get(bytes.as_mut_ptr().cast()))?;
        Ok(bytes.chunks(size).map(<[u8]>::to_vec).collect())
    }
}

/// Returns the name of a type, or the definition of a user-defined type.
///
/// # Safety
/// The type is one of the open group.
unsafe fn definition(group: c_int, kind: nc::nc_type) -> Result<String, String> {
    let (mut name, mut size) = (EMPTY, 0);
    // SAFETY: buffers are large enough; a member of an enum has at most 8 bytes.
    unsafe {
        if kind <= nc::NC_MAX_ATOMIC_TYPE {
            check(
                "type",
                nc::nc_inq_type(group, kind, name.as_mut_ptr(), &mut size),
            )?;
            return Ok(name_in(&name));
        }
        let (mut base, mut members, mut class) = (0, 0, 0);
        check(
            "type",
            nc::nc_inq_user_type(
                group,
                kind,
                name.as_mut_ptr(),
                &mut size,
                &mut base,
                &mut members,
                &mut class,
            ),
        )?;
        let mut text = format!("{} class {class} size {size}", name_in(&name));
        if class == nc::NC_VLEN || class == nc::NC_ENUM {
            text += &format!(" of {}", definition(group, base)?);
        }
        for member in 0..members as c_int {
            let mut name = EMPTY;
            if class == nc::NC_ENUM {
                let mut value = [0_u8; 8];
                let place = value.as_mut_ptr().cast();
                let code = nc::nc_inq_enum_member(group, kind, member, name.as_mut_ptr(), place);
                check("member", code)?;
                text += &format!(", {} = {value:?}", name_in(&name));
            } else {
                let (mut offset, mut field, mut rank, mut sides) = (0, 0, 0, [0; 32]);
                check(
                    "field",
                    nc::nc_inq_compound_field(
                        group,
                        kind,
                        member,
                        name.as_mut_ptr(),
                        &mut offset,
                        &mut field,
                        &mut rank,
                        sides.as_mut_ptr(),
                    ),
                )?;
                let (name, field) = (name_in(&name), definition(group, field)?);
                text += &format!(
                    ", {name} at {offset}: {field} {:?}",
                    &sides[..rank as usize]
                );
            }
        }
        Ok(text)
    }
}

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ClassHierarchyResolverOption;
import java.lang.classfile.ClassFile.StackMapsOption;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Gives class files of before Java 6 the stack maps that they lack, so that they are checked faster and a cache of classes takes
 * them. {@code java Modernize.java DIRECTORY}, of an unpacked jar.
 */
final class Modernize {
    private Modernize() {
    }

    public static void main(String[] args) throws IOException {
        Path root = Path.of(args[0]);
        ClassFile format = ClassFile.of(StackMapsOption.GENERATE_STACK_MAPS,
                ClassHierarchyResolverOption.of(resolver(root)));
        List<Path> files;
        try (Stream<Path> all = Files.walk(root)) {
            files = all.filter(file -> file.toString().endsWith(".class")).sorted().toList();
        }
        for (Path file : files) {
            ClassModel model = format.parse(file);
            if (model.majorVersion() < ClassFile.JAVA_6_VERSION) {
                Files.write(file, format.transformClass(model, VERSION.andThen(CODE)));
            }
        }
    }

    /** The jar's own classes, and Java's. */
    private static ClassHierarchyResolver resolver(Path root) {
        return ClassHierarchyResolver.ofResourceParsing(name -> {
            Path file = root.resolve(name.packageName().replace('.', '/')).resolve(name.displayName() + ".class");
            try {
                return Files.exists(file) ? Files.newInputStream(file) : null;
            } catch (IOException unreadable) {
                throw new java.io.UncheckedIOException(unreadable);
            }
        }).orElse(ClassHierarchyResolver.defaultResolver()).cached();
    }

    private static final ClassTransform VERSION = (builder, element) -> {
        if (element instanceof ClassFileVersion) {
            builder.withVersion(ClassFile.JAVA_8_VERSION, 0);
        } else {
            builder.with(element);
        }
    };
    private static final ClassTransform CODE = ClassTransform.transformingMethodBodies(CodeTransform.ACCEPT_ALL);
}
